import { type Static, Type } from 'typebox'
import { oneLine } from '#platform/http/one-line.ts'

const id = Type.String({ format: 'uuid' })
const title = oneLine(200)

const NewGroup = Type.Object(
  {
    id: Type.Optional(Type.String({ format: 'uuid', description: 'Of a group that there is; without it, a new one.' })),
    title,
    userIds: Type.Array(id, { minItems: 1, maxItems: 50, uniqueItems: true }),
  },
  { additionalProperties: false },
)
export const GroupsBody = Type.Object(
  { groups: Type.Array(NewGroup, { maxItems: 500 }) },
  { additionalProperties: false },
)
export type GroupsBody = Static<typeof GroupsBody>

export const AssignmentGroups = Type.Object(
  {
    groups: Type.Array(Type.Object({ id, title, members: Type.Array(Type.Object({ id, fullName: Type.String() })) }), {
      description: 'Whoever is in none hands in alone.',
    }),
  },
  { $id: 'AssignmentGroups' },
)
export type AssignmentGroups = Static<typeof AssignmentGroups>
