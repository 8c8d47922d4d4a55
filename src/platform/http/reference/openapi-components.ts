type JsonSchema = Readonly<Record<string, unknown>>

/** A request may leave out what has a default; a response always has it. */
export type Direction = 'request' | 'response'

/**
 * Turns the JSON Schemas of routes into those of an OpenAPI 3.1 document. A schema with an `$id` becomes a component of
 * that name and is referred to; where it differs between the directions the request's has `Input` behind its name.
 */
export class OpenApiComponents {
  readonly schemas: Record<string, JsonSchema> = {}
  readonly responses: Record<string, JsonSchema> = {}

  convert(schema: unknown, direction: Direction): JsonSchema {
    const source = schema as JsonSchema
    if (typeof source.$id !== 'string') return this.#convertOpen(source, direction)
    const response = this.#convertOpen(source, 'response')
    if (direction === 'response') return this.#refer(source.$id, response)
    const request = this.#convertOpen(source, 'request')
    return this.#refer(isSame(request, response) ? source.$id : `${source.$id}Input`, request)
  }

  /** Makes a component of a response that several routes give alike. */
  share(name: string, response: JsonSchema): JsonSchema {
    this.responses[name] = response
    return { $ref: `#/components/responses/${name}` }
  }

  #refer(name: string, schema: JsonSchema): JsonSchema {
    const known = this.schemas[name]
    if (known && !isSame(known, schema)) throw new Error(`Two different schemas have the $id ${name}.`)
    this.schemas[name] = schema
    return { $ref: `#/components/schemas/${name}` }
  }

  #convertOpen(source: JsonSchema, direction: Direction): JsonSchema {
    const converted: Record<string, unknown> = {}
    for (const [keyword, value] of Object.entries(source)) {
      if (keyword === '$id') continue
      converted[keyword] = this.#convertKeyword(keyword, value, direction)
    }
    if (direction === 'request') dropDefaultedFromRequired(converted)
    return simplified(converted)
  }

  #convertKeyword(keyword: string, value: unknown, direction: Direction): unknown {
    const one = (schema: unknown) => (typeof schema === 'boolean' ? schema : this.convert(schema, direction))
    switch (keyword) {
      case 'properties':
      case 'patternProperties':
        return Object.fromEntries(Object.entries(value as object).map(([name, schema]) => [name, one(schema)]))
      case 'anyOf':
      case 'oneOf':
      case 'allOf':
        return (value as unknown[]).map(one)
      case 'items':
      case 'additionalProperties':
      case 'not':
        return one(value)
      case '$ref':
        return String(value).startsWith('#') ? value : `#/components/schemas/${value}`
      default:
        return value
    }
  }
}

function dropDefaultedFromRequired(schema: Record<string, unknown>): void {
  if (!Array.isArray(schema.required)) return
  const properties = (schema.properties ?? {}) as Record<string, JsonSchema>
  const required = schema.required.filter((name: string) => properties[name]?.default === undefined)
  if (required.length > 0) schema.required = required
  else delete schema.required
}

/** Says the same in fewer words: a choice of literals is an enum, and a record's pattern is that of any name. */
function simplified(schema: Record<string, unknown>): JsonSchema {
  const { patternProperties, anyOf, ...rest } = schema
  if (patternProperties) {
    const patterns = patternProperties as Record<string, unknown>
    const anyName = patterns['^.*$']
    return anyName && Object.keys(patterns).length === 1 ? { ...rest, additionalProperties: anyName } : schema
  }
  return Array.isArray(anyOf) ? (asChoice(anyOf, rest) ?? asNullable(anyOf, rest) ?? schema) : schema
}

function asChoice(options: JsonSchema[], rest: JsonSchema): JsonSchema | undefined {
  const isNullable = options.some(isNull)
  const literals = options.filter((option) => !isNull(option))
  if (literals.length === 0 || !literals.every((option) => typeof option.const === 'string')) return undefined
  const values = literals.map((option) => option.const)
  return isNullable
    ? { ...rest, type: ['string', 'null'], enum: [...values, null] }
    : { ...rest, type: 'string', enum: values }
}

function asNullable(options: JsonSchema[], rest: JsonSchema): JsonSchema | undefined {
  const [only, ...others] = options.filter((option) => !isNull(option))
  const isPlain = only !== undefined && others.length === 0 && typeof only.type === 'string'
  return isPlain && options.some(isNull) ? { ...only, ...rest, type: [only.type, 'null'] } : undefined
}

const isNull = (schema: JsonSchema) => schema.type === 'null'

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
