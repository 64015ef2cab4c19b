/**
 * Frames on the pipe between the Python process and this one: a 4-byte length of the rest, a 4-byte call id, one
 * byte for the kind, and UTF-8 text. Both numbers are big-endian. `frames.py` is the other end.
 */

export const Kind = Object.freeze({ DEFINE: 1, ADVANCE: 2, EVALUATE: 3, CHECK: 4, FORGET: 5 });

export const Status = Object.freeze({ ANSWER: 0, TIMEOUT: 1, MEMORY: 2, BROKEN: 3 });

const HEADER = 9;

/** Splits a byte stream into frames and passes each to `receive(id, kind, text)`. */
export class FrameReader {
  #rest = Buffer.alloc(0);
  #receive;

  constructor(receive) {
    this.#receive = receive;
  }

  push(chunk) {
    let data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (data.length >= HEADER) {
      const end = 4 + data.readUInt32BE(0);
      if (data.length < end) break;
      this.#receive(data.readUInt32BE(4), data[8], data.toString('utf8', HEADER, end));
      data = data.subarray(end);
    }
    this.#rest = data;
  }
}

/** Encode one frame. */
export function encodeFrame(id, kind, text) {
  const size = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(HEADER + size);
  frame.writeUInt32BE(HEADER - 4 + size, 0);
  frame.writeUInt32BE(id, 4);
  frame[8] = kind;
  frame.write(text, HEADER);
  return frame;
}
