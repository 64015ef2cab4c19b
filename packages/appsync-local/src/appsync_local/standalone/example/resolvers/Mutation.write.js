import { util } from '@aws-appsync/utils';

export function request(ctx) {
  const note = { id: util.autoUlid(), text: ctx.args.text, writtenAt: util.time.nowISO8601() };
  return { operation: 'Invoke', payload: { note } };
}

export function response(ctx) {
  if (ctx.error) util.error(ctx.error.message, ctx.error.type);
  return ctx.result;
}
