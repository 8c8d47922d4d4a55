import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eventually } from '#support/eventually.ts'
import { type PostgresServer, startPostgres } from '#support/postgres-server.ts'
import { type ProductProcess, startProduct } from '#support/product-process.ts'
import { type RedisServer, startRedis } from '#support/redis-server.ts'

let postgres: PostgresServer
let redis: RedisServer
let products: [ProductProcess, ProductProcess]

const person = { email: 'ada@example.org', password: 'a long enough password', fullName: 'Ada Lovelace' }
const credentials = { email: person.email, password: person.password }

before(async () => {
  ;[postgres, redis] = await Promise.all([startPostgres(), startRedis()])
  const settings = {
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    SECRET_KEY: 'a-secret-key-for-tests-only-0123456789abcdef',
    PASSWORD_HASH_MEMORY_KIB: '8',
    PASSWORD_HASH_PASSES: '1',
  }
  // One after the other: the first one migrates.
  products = [await startProduct({ role: 'serve', settings }), await startProduct({ role: 'serve', settings })]
  assert.equal((await post(products[0], '/auth/register', person)).status, 201)
})

after(async () => {
  for (const product of products ?? []) await product.stop()
  await redis?.stop()
  await postgres?.stop()
})

function post({ url }: ProductProcess, path: string, body: object, token?: string): Promise<Response> {
  return fetch(`${url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  })
}

function me({ url }: ProductProcess, token: string): Promise<Response> {
  return fetch(`${url}/api/v1/users/me`, { headers: { authorization: `Bearer ${token}` } })
}

async function logIn(product: ProductProcess): Promise<string> {
  const login = await post(product, '/auth/login', credentials)
  assert.equal(login.status, 200, await login.clone().text())
  return ((await login.json()) as { accessToken: string }).accessToken
}

test('what one process revokes is void in another at once, and stays so when Redis loses everything', async () => {
  const [one, two] = products
  const [ended, open] = [await logIn(one), await logIn(two)]
  assert.equal((await me(two, ended)).status, 200)
  assert.equal((await post(one, '/auth/logout', {}, ended)).status, 204)
  assert.equal((await me(two, ended)).status, 401)

  await redis.kill()
  await eventually(async () => {
    const refused = await me(two, open)
    assert.equal(refused.status, 503)
    assert.ok(Number(refused.headers.get('retry-after')) > 0, 'never 401: clients would log out')
  })

  await redis.start()
  await eventually(async () => assert.equal((await me(two, open)).status, 200), { timeoutMs: 20_000 })
  assert.equal((await me(two, ended)).status, 401, 'read again from the database')
  await eventually(async () => assert.equal((await me(one, ended)).status, 401))
})

test('with Redis away people log in, and who guesses is refused all the same', async () => {
  const [one] = products
  await redis.kill()
  try {
    await eventually(async () => assert.equal((await me(one, await logIn(one))).status, 503))
    const guess = () => post(one, '/auth/login', { ...credentials, password: 'wrong password' })
    const statuses: number[] = []
    for (let guesses = 0; guesses < 6; guesses++) statuses.push((await guess()).status)
    assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429])
  } finally {
    await redis.start()
  }
  await eventually(async () => assert.equal((await me(one, await logIn(one))).status, 200), { timeoutMs: 20_000 })
})
