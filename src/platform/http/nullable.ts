import { type Static, type TSchema, Type } from 'typebox'

/**
 * In an answer: the value or null. In a request: the new value, or null to clear the field. Where the value has one JSON
 * type the schema has two types rather than two alternatives, between which the serialiser would have to find out by
 * validating every value.
 */
export function nullable<S extends TSchema>(schema: S) {
  const { type, enum: choices, ...rest } = schema as { type?: unknown; enum?: readonly unknown[] }
  if (typeof type !== 'string' || type === 'object' || type === 'array') {
    return Type.Unsafe<Static<S> | null>(Type.Union([schema, Type.Null()]))
  }
  return Type.Unsafe<Static<S> | null>({ type: [type, 'null'], ...(choices && { enum: [...choices, null] }), ...rest })
}
