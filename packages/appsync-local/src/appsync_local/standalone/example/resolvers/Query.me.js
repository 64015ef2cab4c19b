export const request = () => ({ payload: null });
export const response = (ctx) => ctx.identity.username;
