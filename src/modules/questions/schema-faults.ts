import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import type { FieldError } from '#platform/http/problems.ts'

const FAULTS_MAX = 20

/** What a value breaks of its schema, in the words in which requests are refused; pointers begin at the value. */
export function schemaFaults(schema: TSchema, value: unknown): FieldError[] {
  if (Value.Check(schema, value)) return []
  return Value.Errors(schema, value)
    .flatMap((error): FieldError[] => {
      const { instancePath: pointer, message } = error
      switch (error.keyword) {
        case 'required':
          return error.params.requiredProperties.map((name) => ({
            pointer: `${pointer}/${name}`,
            message: 'is required',
          }))
        case 'boolean':
          return [{ pointer: pointer.slice(0, 200), message: 'is not a known field; remove it' }]
        case 'additionalProperties':
          return []
        case 'enum':
          return [{ pointer, message: `must be one of ${error.params.allowedValues.join(', ')}` }]
        default:
          return [{ pointer, message }]
      }
    })
    .slice(0, FAULTS_MAX)
}
