import { Type } from 'typebox'

export const NewPassword = Type.String({
  minLength: 10,
  maxLength: 200,
  description: 'At least 10 characters of any kind; length beats rules (NIST SP 800-63B).',
})

export const LinkToken = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'The value of `token` in the link of the mail.',
})
