import * as v from 'valibot';
import { MAX_ID_LENGTH, MAX_USER_ID_LENGTH } from '../protocol/limits.js';

// What may be said of somebody, whether a token says it or a hook.

export const userId = v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_USER_ID_LENGTH));
export const role = v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_ID_LENGTH));
export const data = v.record(v.string(), v.string());
export const avatarUrl = v.pipe(v.string(), v.maxLength(2048));

export const identitySchema = v.object({
  userId,
  nickname: v.optional(v.string()),
  role: v.optional(role),
  data: v.optional(data),
  avatarUrl: v.optional(avatarUrl),
  moderator: v.optional(v.boolean()),
});
