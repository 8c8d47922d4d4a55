import { Type } from 'typebox'
import type { FieldError } from '#platform/http/problems.ts'
import { type QuestionContent, questionTypeNames, questionTypes, typeOf } from './question-types/registry.ts'
import { schemaFaults } from './schema-faults.ts'

const everyContent = {
  prompt: Type.String({ minLength: 1, maxLength: 20_000, pattern: '\\S', description: 'Markdown.' }),
  explanation: Type.Optional(Type.String({ maxLength: 20_000, description: 'Markdown, shown in the review.' })),
}

const forms = questionTypeNames.map((type) =>
  Type.Object(
    { type: Type.Literal(type), ...everyContent, ...questionTypes[type].fields },
    { additionalProperties: false },
  ),
)

/** One form per type of question; `type` decides. */
export const QuestionContentSchema = Type.Unsafe<QuestionContent>({
  type: 'object',
  required: ['type'],
  discriminator: { propertyName: 'type' },
  oneOf: forms,
})

/** Everything that is wrong with a content, with pointers that begin at it; none: it can be stored. */
export function contentFaults(content: unknown): FieldError[] {
  const type = questionTypeNames.find((one) => one === (content as { type?: unknown } | null)?.type)
  if (type === undefined) return [{ pointer: '/type', message: `must be one of ${questionTypeNames.join(', ')}` }]
  const form = forms[questionTypeNames.indexOf(type)]
  const faults = form ? schemaFaults(form, content) : []
  return faults.length > 0 ? faults : typeOf({ type }).contentFaults(content)
}
