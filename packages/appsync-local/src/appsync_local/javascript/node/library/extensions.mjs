/** `extensions`: AWS AppSync developer guide, "Extensions". */
import { currentCall } from './call.mjs';
import { ResolverFailure } from './signals.mjs';

/** Maximum number of invalidations in one request, from the guide. */
const MOST_INVALIDATIONS = 5;

const copy = (value) => JSON.parse(JSON.stringify(value));

function subscriptionFilter(filter, method) {
  if (!Array.isArray(filter?.filterGroup)) {
    throw new ResolverFailure(`extensions.${method} takes an object with a filterGroup list`, 'Code', null, null);
  }
  return copy(filter);
}

export const extensions = {
  evictFromApiCache(typeName, fieldName, keyValuePair) {
    currentCall().evictions.push(copy({ typeName, fieldName, keyValuePair: keyValuePair ?? {} }));
  },

  setSubscriptionFilter(filter) {
    currentCall().subscriptionFilter = subscriptionFilter(filter, 'setSubscriptionFilter');
  },

  setSubscriptionInvalidationFilter(filter) {
    currentCall().invalidationFilter = subscriptionFilter(filter, 'setSubscriptionInvalidationFilter');
  },

  invalidateSubscriptions(invalidation) {
    const { invalidations } = currentCall();
    if (typeof invalidation?.subscriptionField !== 'string') {
      throw new ResolverFailure('extensions.invalidateSubscriptions takes {subscriptionField, payload}', 'Code', null, null);
    }
    if (invalidations.length >= MOST_INVALIDATIONS) {
      throw new ResolverFailure(`One request invalidates at most ${MOST_INVALIDATIONS} times`, 'Code', null, null);
    }
    const { subscriptionField, payload } = invalidation;
    invalidations.push(copy({ subscriptionField, payload: payload ?? {} }));
  },
};
