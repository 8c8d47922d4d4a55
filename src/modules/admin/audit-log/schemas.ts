import { type Static, Type } from 'typebox'
import { nullable } from '#platform/http/nullable.ts'
import { PageQuery } from '#platform/http/pagination.ts'

const Id = (description: string) => Type.Optional(Type.String({ format: 'uuid', description }))

export const ListAuditEventsQuery = Type.Object({
  ...PageQuery.properties,
  actorId: Id('Who did it.'),
  subjectId: Id('What it was done to.'),
  action: Type.Optional(
    Type.String({
      pattern: '^[a-z-]+\\.[a-z-]+$',
      maxLength: 100,
      description: 'What was done, such as `user.role-changed`.',
    }),
  ),
})
export type ListAuditEventsQuery = Static<typeof ListAuditEventsQuery>

const NullableText = (description: string) => nullable(Type.String({ description }))

export const AuditEvent = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    occurredAt: Type.String({ format: 'date-time' }),
    actorId: NullableText('Null for a visitor, a job or a command.'),
    action: Type.String(),
    subjectType: Type.String(),
    subjectId: NullableText('Null where there is none, as with a login to an account that does not exist.'),
    network: NullableText('Where it came from: an IPv4 address, or the /64 of an IPv6 address.'),
    requestId: NullableText('The request, as in its X-Request-Id header and the logs.'),
    details: Type.Object({}, { additionalProperties: true, description: 'Old and new values, by action.' }),
  },
  { $id: 'AuditEvent' },
)
export type AuditEvent = Static<typeof AuditEvent>
