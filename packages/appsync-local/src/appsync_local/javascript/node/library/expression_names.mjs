/** Placeholders of an expression, numbered as AppSync's helpers number them: `#expName_1`, `:expValue_1`. */
import { toDynamoDB } from './attribute_values.mjs';

export class Placeholders {
  expressionNames = {};
  expressionValues = {};
  #byName = {};
  #values = 0;

  name(attribute) {
    if (!Object.hasOwn(this.#byName, attribute)) {
      this.#byName[attribute] = `#expName_${Object.keys(this.#byName).length + 1}`;
      this.expressionNames[this.#byName[attribute]] = attribute;
    }
    return this.#byName[attribute];
  }

  value(value) {
    this.#values += 1;
    this.expressionValues[`:expValue_${this.#values}`] = toDynamoDB(value);
    return `:expValue_${this.#values}`;
  }
}
