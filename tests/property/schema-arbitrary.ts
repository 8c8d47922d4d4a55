import fc, { type Arbitrary } from 'fast-check'

/** A JSON Schema as it stands in our OpenAPI document. */
export interface JsonSchema {
  readonly $ref?: string
  readonly type?: string | string[]
  readonly enum?: unknown[]
  readonly const?: unknown
  readonly anyOf?: JsonSchema[]
  readonly oneOf?: JsonSchema[]
  readonly allOf?: JsonSchema[]
  readonly properties?: Record<string, JsonSchema>
  readonly required?: string[]
  readonly items?: JsonSchema
  readonly format?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
}

/** Resolves `#/components/schemas/Name`. */
export type Resolve = (ref: string) => JsonSchema

const nastyStrings = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\u202eabc',
  '%00',
  '../../etc/passwd',
  "' or 1=1 --",
  '"; drop table course; --',
  '<script>alert(1)</script>',
  '{{7*7}}',
  '__proto__',
  'constructor',
  '😀'.repeat(50),
  'ﷺ'.repeat(20),
  'a'.repeat(5000),
  '-1',
  '1e400',
  'NaN',
  '9'.repeat(40),
  '2026-02-30T25:61:00Z',
  '0000-00-00',
  'null',
  '*',
  '"*',
  'a AND (b OR',
  'NEAR(',
  '\\',
  '%',
  '_',
]

/** Any JSON value that a hostile or broken client may send. */
export const nastyValue: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...nastyStrings),
  fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 1e308, Number.MAX_SAFE_INTEGER, [], {}, [[]], {
    a: { b: {} },
  }),
  fc.string({ maxLength: 40 }),
  fc.jsonValue({ maxDepth: 3 }),
)

/** Mostly what the schema asks for, with values at its limits; sometimes anything. */
export function arbitraryOf(
  schema: JsonSchema,
  resolve: Resolve,
  known: (name: string) => string[],
  name = '',
): Arbitrary<unknown> {
  return fc.oneof(
    { weight: 40, arbitrary: validOf(schema, resolve, known, name) },
    { weight: 1, arbitrary: nastyValue },
  )
}

function validOf(
  schema: JsonSchema,
  resolve: Resolve,
  known: (name: string) => string[],
  name: string,
): Arbitrary<unknown> {
  if (schema.$ref) return validOf(resolve(schema.$ref), resolve, known, name)
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const options =
    schema.anyOf ??
    schema.oneOf ??
    (Array.isArray(schema.type) ? schema.type.map((type) => ({ ...schema, type })) : undefined)
  if (options) return fc.oneof(...options.map((option) => validOf(option, resolve, known, name)))
  if (schema.allOf) return validOf(Object.assign({}, ...schema.allOf), resolve, known, name)
  switch (schema.type) {
    case 'string':
      return stringOf(schema, known(name))
    case 'integer':
      return fc.integer({ min: Math.max(schema.minimum ?? -10, -1e9), max: Math.min(schema.maximum ?? 1e6, 1e9) })
    case 'number':
      return fc.double({ min: schema.minimum ?? -1e6, max: schema.maximum ?? 1e6, noNaN: true })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(arbitraryOf(schema.items ?? {}, resolve, known, name.replace(/s$/, '')), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 4, (schema.minItems ?? 0) + 4),
      })
    case 'object':
      return objectOf(schema, resolve, known)
    default:
      return nastyValue
  }
}

function stringOf(schema: JsonSchema, known: string[]): Arbitrary<string> {
  const free = fc.string({
    unit: 'grapheme',
    minLength: schema.minLength ?? 0,
    maxLength: Math.min(schema.maxLength ?? 60, 200),
  })
  switch (schema.format) {
    case 'uuid':
      return known.length > 0
        ? fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: fc.uuid() })
        : fc.uuid()
    case 'email':
      return fc.emailAddress()
    case 'date-time':
      return fc
        .date({ min: new Date('1990-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
        .map((date) => date.toISOString())
    case 'uri':
      return fc.webUrl()
    default:
      return known.length > 0 ? fc.oneof(fc.constantFrom(...known), free) : free
  }
}

function objectOf(schema: JsonSchema, resolve: Resolve, known: (name: string) => string[]): Arbitrary<unknown> {
  const properties = Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, property]) => [
      name,
      arbitraryOf(property, resolve, known, name),
    ]),
  )
  const required = (schema.required ?? []).filter((name) => name in properties)
  const whole = fc.record(properties, { requiredKeys: required })
  // Optional fields often exclude each other: a request without them gets further.
  const least = fc.record(Object.fromEntries(required.map((name) => [name, properties[name] ?? nastyValue])))
  return fc.oneof(
    { weight: 20, arbitrary: whole },
    { weight: 20, arbitrary: least },
    { weight: 1, arbitrary: fc.record(properties, { requiredKeys: [] }) },
    { weight: 1, arbitrary: whole.map((value) => ({ ...value, unexpected: 1 })) },
  )
}
