import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'

/** An OpenAPI document as far as it decides about the collection. */
export interface OpenApiPaths {
  readonly [key: string]: unknown
  readonly paths?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

// The package brings no types of its own.
interface Converter {
  convertV2(
    input: { type: 'json'; data: unknown },
    options: Record<string, unknown>,
    done: (error: Error | null, result: { result: boolean; reason?: string; output: { data: Node }[] }) => void,
  ): void
}

type Node = { [key: string]: unknown }

interface Request extends Node {
  method: string
  url: { path: string[]; host: string[]; query?: Parameter[]; variable?: { key: string; value: string }[] }
  header?: Parameter[]
  auth: unknown
}

interface Parameter {
  key: string
  value: string
  disabled?: boolean
  description?: { content: string }
}

interface Item extends Node {
  name: string
  item?: Item[]
  request?: Request
  response?: { code: number }[]
}

/**
 * The Postman collection of the API: a folder per tag, an example of every answer that is no refusal, a token that is
 * fetched by itself, and the id of whatever was created kept for the requests that follow. The same document always gives
 * the same text.
 */
export async function postmanCollection(openApi: OpenApiPaths): Promise<string> {
  const collection = await convert(openApi)
  const keeps = createdThings(openApi)
  for (const item of requestsOf(collection.item as Item[])) adapt(item, keeps)
  collection.info = { ...(collection.info as Node), _postman_id: undefined }
  collection.auth = { type: 'bearer', bearer: [{ key: 'token', value: '{{accessToken}}', type: 'string' }] }
  collection.variable = [{ key: 'baseUrl', value: 'http://localhost:8000' }]
  collection.event = [script('prerequest', fetchToken), script('test', checkAnswer)]
  const text = JSON.stringify(withStableIds(collection), null, 2)
  // Moments and days are made up from the clock; all become one.
  const moments = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g
  const days = /(?<=")\d{4}-\d\d-\d\d(?=\\?")/g
  return `${text.replaceAll(moments, '2026-09-01T08:00:00.000Z').replaceAll(days, '2026-09-01')}\n`
}

/** The environment for a product that `npm run demo` serves on this machine. */
export function postmanEnvironment(): string {
  const values = Object.entries({
    baseUrl: 'http://localhost:8000',
    email: 'admin@example.org',
    password: 'demo-password-2026',
    accessToken: '',
  }).map(([key, value]) => ({
    key,
    value,
    type: key === 'password' || key === 'accessToken' ? 'secret' : 'default',
    enabled: true,
  }))
  return `${JSON.stringify({ name: 'LMS Backend, local demo', values, _postman_variable_scope: 'environment' }, null, 2)}\n`
}

/** The converter makes examples up at random; here chance is the same each time, and only for as long as it works. */
async function convert(openApi: OpenApiPaths): Promise<Node> {
  const chance = Math.random
  let state = 1
  Math.random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  try {
    // Loaded only now, since it keeps the source of chance that it finds.
    const { convertV2 } = createRequire(import.meta.url)('openapi-to-postmanv2') as Converter
    return await new Promise((resolve, reject) => {
      const options = { folderStrategy: 'Tags', parametersResolution: 'Example', includeAuthInfoInExample: false }
      convertV2({ type: 'json', data: structuredClone(openApi) }, options, (error, result) => {
        const [output] = result?.output ?? []
        if (error || !output) reject(error ?? new Error(`No Postman collection: ${result?.reason}`))
        else resolve(output.data)
      })
    })
  } finally {
    Math.random = chance
  }
}

/** `POST /api/v1/courses` to `courseId`, where another path says that this is what `/api/v1/courses/{courseId}` takes. */
function createdThings({ paths = {} }: OpenApiPaths): Map<string, string> {
  const found = new Map<string, string>()
  for (const path of Object.keys(paths)) {
    const [, parent, name] = /^(.*)\/\{(\w+)\}$/.exec(path) ?? []
    if (parent && name && paths[parent]?.post) found.set(parent, name)
  }
  return found
}

function requestsOf(items: Item[]): (Item & { request: Request })[] {
  return items.flatMap((item) => {
    if (item.item) return requestsOf(item.item)
    return item.request ? [item as Item & { request: Request }] : []
  })
}

function adapt(item: Item & { request: Request }, keeps: Map<string, string>): void {
  const { request } = item
  // Only what the converter says needs no token keeps a word of its own on that; the rest takes the collection's.
  if (request.auth !== null) Reflect.deleteProperty(request, 'auth')
  else request.auth = { type: 'noauth' }
  for (const variable of request.url.variable ?? []) variable.value = `{{${variable.key}}}`
  for (const parameter of request.url.query ?? []) leaveOutUnlessNeeded(parameter)
  for (const parameter of request.header ?? []) {
    if (parameter.key === 'Idempotency-Key') parameter.value = '{{$guid}}'
    else if (parameter.description) leaveOutUnlessNeeded(parameter)
  }
  item.response = item.response?.filter(({ code }) => code < 400) ?? []
  const declared = item.response.map(({ code }) => code)
  const path = `/${request.url.path.map((part) => (part.startsWith(':') ? `{${part.slice(1)}}` : part)).join('/')}`
  const kept = keeps.get(path)
  item.event = [
    script('test', [
      `const expected = ${JSON.stringify(declared)}`,
      "pm.test('answers as documented, or refuses with a problem', () => {",
      "  const isProblem = (pm.response.headers.get('content-type') || '').startsWith('application/problem+json')",
      '  pm.expect(expected.includes(pm.response.code) || (pm.response.code < 500 && isProblem)).to.be.true',
      '})',
      ...(kept ? keepId(request.method, kept) : []),
    ]),
  ]
}

/** A made-up value of what may be left out would only be refused: it stands there, switched off. */
function leaveOutUnlessNeeded(parameter: Parameter): void {
  if (!parameter.description?.content.startsWith('(Required)')) parameter.disabled = true
}

function keepId(method: string, name: string): string[] {
  if (method === 'POST') return [`if (pm.response.code === 201) pm.environment.set('${name}', pm.response.json().id)`]
  if (method !== 'GET') return []
  return [
    'const [first] = (pm.response.code === 200 && pm.response.json().items) || []',
    `if (first && first.id && !pm.environment.get('${name}')) pm.environment.set('${name}', first.id)`,
  ]
}

/** Logs in with the mail address and password of the environment when there is no token, or it is about to expire. */
const fetchToken = [
  "const expiresAt = Number(pm.environment.get('accessTokenExpiresAt') || 0)",
  "const isNeeded = pm.request.auth === undefined || pm.request.auth.type !== 'noauth'",
  "if (isNeeded && pm.environment.get('email') && expiresAt < Date.now() + 30000) {",
  '  pm.sendRequest({',
  "    url: pm.variables.replaceIn('{{baseUrl}}/api/v1/auth/login'),",
  "    method: 'POST',",
  "    header: { 'content-type': 'application/json' },",
  "    body: { mode: 'raw', raw: JSON.stringify({ email: pm.environment.get('email'), password: pm.environment.get('password') }) },",
  '  }, (error, response) => {',
  "    if (error || response.code !== 200) return console.log('No token: log in failed', error || response.code)",
  '    const { accessToken, expiresIn } = response.json()',
  "    pm.environment.set('accessToken', accessToken)",
  "    pm.environment.set('accessTokenExpiresAt', String(Date.now() + expiresIn * 1000))",
  '  })',
  '}',
]

/** Whoever is logged out by a request of his own logs in again before the next. */
const checkAnswer = ["if (pm.response.code === 401) pm.environment.unset('accessTokenExpiresAt')"]

function script(listen: 'prerequest' | 'test', exec: string[]) {
  return { listen, script: { type: 'text/javascript', exec } }
}

/** Ids by place instead of chance, so that a change of one request changes one place of the file. */
function withStableIds(value: unknown, place = ''): unknown {
  if (Array.isArray(value)) return value.map((one, index) => withStableIds(one, `${place}/${nameOf(one) ?? index}`))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => {
      const isId = key === 'id' && typeof one === 'string' && 'name' in value
      return [key, isId ? idOf(place) : withStableIds(one, `${place}/${key}`)]
    }),
  )
}

const nameOf = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && 'name' in value ? String(value.name) : undefined

function idOf(place: string): string {
  const hex = createHash('sha256').update(place).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
