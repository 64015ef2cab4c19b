/** `util.transform`. */
import { conditionExpression } from './condition_expression.mjs';
import { searchQuery } from './search_query.mjs';
import { subscriptionFilter } from './subscription_filter.mjs';

const asText = (value) => (value === null ? null : JSON.stringify(value));

export const transform = {
  toDynamoDBFilterExpression: (filter) => asText(conditionExpression(filter)),
  toDynamoDBConditionExpression: (condition) => asText(conditionExpression(condition)),
  toElasticsearchQueryDSL: (query) => asText(searchQuery(query)),
  toSubscriptionFilter: subscriptionFilter,
};
