import fastJson from 'fast-json-stringify'
import type { FastifySerializerCompiler } from 'fastify'

type Serialize = (value: unknown) => string

// A serializer is a pure function of its schema, so that all servers of a process can share it.
const made = new WeakMap<object, Serialize>()

/**
 * Makes the serializer of a schema when it is first needed, and one for all routes that share the schema. Making them
 * all at the start, the never used ones of every route's refusals among them, would take most of the start.
 */
export function serializerCompiler(): FastifySerializerCompiler<object> {
  return ({ schema }) => {
    return (value) => {
      let serialize = made.get(schema)
      if (!serialize) {
        serialize = fastJson(schema) as Serialize
        made.set(schema, serialize)
      }
      return serialize(value)
    }
  }
}
