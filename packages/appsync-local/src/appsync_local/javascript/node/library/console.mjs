/** `console`: log lines, which AppSync writes to CloudWatch and EvaluateCode returns in `logs`. */
import { codePosition, currentCall } from './call.mjs';

const writer = (level) =>
  (...values) => {
    const shown = values.map((value) => JSON.stringify(value) ?? 'undefined').join(' ');
    currentCall().logs.push(`${level} - ${codePosition(new Error().stack)}: ${shown}`);
  };

export const log = {
  debug: writer('DEBUG'),
  error: writer('ERROR'),
  info: writer('INFO'),
  log: writer('INFO'),
  warn: writer('WARN'),
};
