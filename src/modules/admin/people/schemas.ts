import { type Static, Type } from 'typebox'
import { Email, FullName, Role, UserStatus } from '#modules/users/index.ts'
import { PageQuery } from '#platform/http/pagination.ts'

export const ListUsersQuery = Type.Object({
  ...PageQuery.properties,
  q: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'Words or parts of them, all of which the name or the mail address has; case and accents are alike.',
    }),
  ),
  role: Type.Optional(Role),
  status: Type.Optional(UserStatus),
})
export type ListUsersQuery = Static<typeof ListUsersQuery>

export const InviteBody = Type.Object({ email: Email, fullName: FullName, role: Role }, { additionalProperties: false })
export type InviteBody = Static<typeof InviteBody>

export const ChangeUserBody = Type.Object(
  { fullName: Type.Optional(FullName), role: Type.Optional(Role) },
  { additionalProperties: false, minProperties: 1 },
)
export type ChangeUserBody = Static<typeof ChangeUserBody>

export const UserParams = Type.Object({ userId: Type.String({ format: 'uuid' }) })
