import { Ajv, type ErrorObject, type FuncKeywordDefinition, type ValidateFunction } from 'ajv'
import ajvFormats from 'ajv-formats'
import type { FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify'
import type { TSchema } from 'typebox'
import { ONE_LINE } from './one-line.ts'
import type { FieldError } from './problems.ts'

type Coercion = 'array' | false

/**
 * Query, params and headers arrive as strings and are coerced; a JSON body already has types, so "5" for a number is
 * the client's mistake. All mistakes are reported at once. A schema is compiled when it is first needed, so that the
 * start of the process need not wait for all of them, and once for all servers of the process.
 */
export function validatorCompiler(): FastifySchemaCompiler<TSchema> {
  return ({ schema, httpPart }) => {
    const coercion = httpPart === 'body' ? false : 'array'
    let compiled: ValidateFunction | undefined
    const validate = (data: unknown) => {
      compiled ??= compile(schema, coercion)
      const isValid = compiled(data)
      validate.errors = (compiled.errors ?? null) as FastifySchemaValidationError[] | null
      return isValid
    }
    validate.errors = null as FastifySchemaValidationError[] | null
    return validate
  }
}

// A validator is a pure function of its schema, so that all servers of a process can share it.
const compilers = new Map<Coercion, Ajv>()

/** Ajv itself keeps what it has compiled by the schema's identity. */
function compile(schema: TSchema, coercion: Coercion): ValidateFunction {
  const compiler = compilers.get(coercion) ?? createAjv(coercion)
  compilers.set(coercion, compiler)
  return compiler.compile(schema)
}

function createAjv(coerceTypes: Coercion): Ajv {
  const ajv = new Ajv({
    coerceTypes,
    useDefaults: true,
    removeAdditional: false,
    allErrors: true,
    strict: false,
    // A union that names the field that decides is checked, and told about, as the one form that is meant.
    discriminator: true,
  })
  // The package's types describe a CommonJS default export.
  ;(ajvFormats as unknown as (ajv: Ajv) => void)(ajv)
  ajv.addFormat('slug', /^[a-z0-9]+(-[a-z0-9]+)*$/)
  ajv.addFormat('uuid', UUID)
  lowerUuids(ajv)
  return ajv
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/**
 * Hands UUIDs on in lower case, as they are stored: clients may write capitals (RFC 9562, section 4), and on some
 * platforms they do. Ajv's own keyword cannot change what it checks, so this one takes its place.
 */
function lowerUuids(ajv: Ajv): void {
  ajv.removeKeyword('format')
  ajv.addKeyword({
    keyword: 'format',
    type: 'string',
    schemaType: 'string',
    modifying: true,
    errors: true,
    compile(name: string) {
      const isValid = formatCheck(ajv, name)
      const validate: FormatValidation = (value: string, context) => {
        if (!isValid(value)) {
          validate.errors = [{ keyword: 'format', params: { format: name } }]
          return false
        }
        if (name === 'uuid' && context) context.parentData[context.parentDataProperty] = value.toLowerCase()
        return true
      }
      return validate
    },
  })
}

type FormatValidation = ReturnType<NonNullable<FuncKeywordDefinition['compile']>>

function formatCheck(ajv: Ajv, name: string): (value: string) => boolean {
  const format = ajv.formats[name]
  const check = format && typeof format === 'object' && 'validate' in format ? format.validate : format
  if (check instanceof RegExp) return (value) => check.test(value)
  if (typeof check === 'function') return check as (value: string) => boolean
  throw new Error(`There is no format “${name}”.`)
}

/** AJV's findings as sentences about fields; a failed `anyOf` is told once, not branch by branch. */
export function fieldErrors(part: string, errors: readonly ErrorObject[]): FieldError[] {
  const byPointer = new Map<string, FieldError>()
  for (const error of errors) {
    const field = describe(part, error)
    const known = byPointer.get(field.pointer)
    if (!known || error.keyword === 'anyOf') byPointer.set(field.pointer, field)
  }
  return [...byPointer.values()].slice(0, 20)
}

function describe(part: string, error: ErrorObject): FieldError {
  // The API's documents say query where the server says querystring.
  const at = `/${part === 'querystring' ? 'query' : part}${error.instancePath}`
  const { params } = error
  switch (error.keyword) {
    case 'required':
      return { pointer: `${at}/${params.missingProperty}`, message: 'is required' }
    case 'additionalProperties':
      return {
        pointer: `${at}/${String(params.additionalProperty).slice(0, 100)}`,
        message: 'is not a known field; remove it',
      }
    case 'anyOf': {
      const allowed = literals(error.parentSchema) ?? literals(error.schema)
      return {
        pointer: at,
        message: allowed ? `must be one of ${allowed.join(', ')}` : 'has none of the accepted forms',
      }
    }
    case 'discriminator':
      return { pointer: `${at}/${params.tag}`, message: discriminatorFault(error) }
    case 'const':
    case 'enum':
      return { pointer: at, message: `must be ${[params.allowedValue ?? params.allowedValues].flat().join(', ')}` }
    case 'format':
      return { pointer: at, message: `must be a valid ${formatNames[params.format] ?? params.format}` }
    case 'pattern':
      return { pointer: at, message: patternNames[params.pattern] ?? error.message ?? 'is not valid' }
    default:
      return { pointer: at, message: error.message ?? 'is not valid' }
  }
}

function discriminatorFault({ params, parentSchema }: ErrorObject): string {
  if (params.tagValue === undefined) return 'is required'
  const forms = (parentSchema?.oneOf ?? []) as { properties?: Record<string, { const?: unknown }> }[]
  return `must be one of ${forms.map((form) => form.properties?.[params.tag]?.const).join(', ')}`
}

const patternNames: Record<string, string> = {
  [ONE_LINE]: 'must be one line with a character that can be seen, without control characters; take them out',
  '\\S': 'must not be blank',
}

const formatNames: Record<string, string> = {
  uuid: 'UUID',
  email: 'mail address',
  'date-time': 'date and time (ISO 8601 with time zone)',
  uri: 'address (URI)',
  slug: 'slug: lower-case letters and digits, with single dashes between',
}

function literals(schema: unknown): string[] | undefined {
  const options = Array.isArray(schema) ? schema : (schema as { anyOf?: unknown[] } | undefined)?.anyOf
  if (!Array.isArray(options)) return undefined
  const values = options.flatMap((option) =>
    option && typeof option === 'object' && 'const' in option ? [String(option.const)] : [],
  )
  return values.length === options.length ? values : undefined
}
