import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { startProduct } from '#support/product-process.ts'
import { createLmsClient, isProblem, type LmsClient } from '../../clients/typescript/client.ts'

const root = join(import.meta.dirname, '../..')

test('the typed client logs in, makes a course and is told why it may not do something', async () => {
  const product = await startProduct({ role: 'serve' })
  try {
    execFileSync(
      process.execPath,
      ['src/main.ts', 'create-admin', '--email', 'admin@example.org', '--name', 'Administrator'],
      {
        cwd: root,
        input: 'a long enough password 1\n',
        env: { PATH: process.env.PATH, DATA_DIR: product.dataDirectory },
      },
    )
    let token: string | null = null
    const client = createLmsClient({ baseUrl: product.url, accessToken: () => token })

    const visitor = await client.GET('/api/v1/users/me')
    assert.equal(visitor.response.status, 401)
    assert.ok(isProblem(visitor.error) && visitor.error.type.endsWith('/auth/not-authenticated'))

    const login = await client.POST('/api/v1/auth/login', {
      body: { email: 'admin@example.org', password: 'a long enough password 1' },
    })
    token = login.data?.accessToken ?? null
    assert.ok(token, 'the login gave a token')

    const made = await client.POST('/api/v1/courses', { body: { title: 'Botany', summary: 'Plants.' } })
    assert.equal(made.data?.status, 'draft')
    const courseId = made.data?.id ?? ''
    const read = await client.GET('/api/v1/courses/{courseId}', { params: { path: { courseId } } })
    assert.equal(read.data?.title, 'Botany')
  } finally {
    await product.stop()
  }
})

/** Never called: the compiler must refuse each of these. */
export function refusedByTheCompiler(client: LmsClient): void {
  // @ts-expect-error no such path
  void client.GET('/api/v1/kourses')
  // @ts-expect-error the id is missing
  void client.GET('/api/v1/courses/{courseId}', {})
  // @ts-expect-error a title is text
  void client.POST('/api/v1/courses', { body: { title: 1, summary: 'Plants.' } })
}
