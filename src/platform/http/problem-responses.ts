import { Type } from 'typebox'
import type { ProblemType } from '#platform/problem/problem.ts'

export const ProblemDocument = Type.Object(
  {
    type: Type.String({ description: 'Address of the documentation of this kind of problem; stable.' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.Optional(Type.String()),
    instance: Type.Optional(Type.String({ description: 'The request, as in the X-Request-Id header.' })),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          pointer: Type.String({ description: 'Where: `/body/email`, `/query/limit`.' }),
          message: Type.String(),
        }),
      ),
    ),
  },
  { $id: 'Problem', additionalProperties: true },
)

/** Documents exactly the problems a route can return; several may share one status. */
export function problemResponses(...types: ProblemType<never>[]): Record<number, ReturnType<typeof responseFor>> {
  const byStatus = Object.groupBy(types, (type) => String(type.status))
  return Object.fromEntries(Object.entries(byStatus).map(([status, group]) => [status, responseFor(group ?? [])]))
}

function responseFor(types: ProblemType<never>[]) {
  return {
    description: types.map((type) => `\`${type.code}\` ${type.title}`).join('; '),
    'x-problems': types.map(({ code, status, title, advice }) => ({ code, status, title, advice })),
    content: { 'application/problem+json': { schema: ProblemDocument } },
  }
}
