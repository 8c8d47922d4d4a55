import { type TSchema, Type } from 'typebox'

/** In an answer: the value or null. In a request: the new value, or null to clear the field. */
export function nullable<S extends TSchema>(schema: S) {
  return Type.Union([schema, Type.Null()])
}
