/** `util.str`. */

const FORMS = { nfc: 'NFC', nfd: 'NFD', nfkc: 'NFKC', nfkd: 'NFKD' };

export const str = {
  normalize(value, form) {
    if (!Object.hasOwn(FORMS, form)) throw new RangeError(`util.str.normalize: the form ${form} is none of nfc, nfd, nfkc, nfkd`);
    return String(value).normalize(FORMS[form]);
  },
};
