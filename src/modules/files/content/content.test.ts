import assert from 'node:assert/strict'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createHarness } from '#support/harness.ts'
import { pdf, png, storedObjects, upload, video } from '#support/uploads.ts'
import { createLinkTokens } from './link-token.ts'

describe('GET /files/:fileId/content', () => {
  test('200 whole, with what a client needs to continue, to cache and to save it', async (t) => {
    const { signUp } = await createHarness(t)
    const student = await signUp('student')
    const content = video(100_000)
    const { id, sha256 } = await upload(student, { content, name: 'Vortrag „Märchen“ 童话.webm' })
    const response = await student.get(`/files/${id}/content`)
    assert.equal(response.statusCode, 200)
    assert.deepEqual(response.rawPayload, content)
    const { headers } = response
    assert.equal(headers['content-type'], 'video/webm')
    assert.equal(headers['content-length'], '100000')
    assert.equal(headers['accept-ranges'], 'bytes')
    assert.equal(headers.etag, `"${sha256}"`)
    assert.equal(headers['cache-control'], 'private, no-cache')
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(
      headers['content-disposition'],
      `inline; filename="Vortrag _M_rchen_ _.webm"; filename*=UTF-8''Vortrag%20%E2%80%9EM%C3%A4rchen%E2%80%9C%20%E7%AB%A5%E8%AF%9D.webm`,
    )
  })

  test('what is shown may be framed by the front ends, and by nobody else', async (t) => {
    const { signUp } = await createHarness(t, {
      settings: { FRONTEND_BASE_URL: 'https://app.example.org/lms', CORS_ORIGINS: 'https://other.example.org' },
    })
    const student = await signUp('student')
    const [shown, saved] = [await upload(student), await upload(student, { content: 'text', name: 'a.txt' })]
    const { headers } = await student.get(`/files/${shown.id}/content`)
    const policy = String(headers['content-security-policy'])
    assert.match(
      policy,
      /^default-src 'none'; .*; frame-ancestors https:\/\/app.example.org https:\/\/other.example.org$/,
    )
    assert.equal(headers['x-frame-options'], undefined)
    const { headers: others } = await student.get(`/files/${saved.id}/content`)
    assert.equal(others['content-security-policy'], "sandbox; default-src 'none'; frame-ancestors 'none'")
    assert.equal(others['x-frame-options'], 'DENY')
  })

  // Of a file of 1000 bytes: what is asked, and first and last byte of the answer; `all`: 200, `none`: 416.
  const matrix: [range: string, wanted: [number, number] | 'all' | 'none'][] = [
    ['bytes=0-0', [0, 0]],
    ['bytes=0-', [0, 999]],
    ['bytes=0-999', [0, 999]],
    ['bytes=0-5000', [0, 999]],
    ['bytes=500-599', [500, 599]],
    ['bytes=999-', [999, 999]],
    ['bytes=-1', [999, 999]],
    ['bytes=-1000', [0, 999]],
    ['bytes=-99999', [0, 999]],
    ['bytes= 1-2', [1, 2]],
    ['BYTES=1-2', [1, 2]],
    ['bytes=1000-', 'none'],
    ['bytes=1000-1001', 'none'],
    ['bytes=-0', 'none'],
    ['bytes=99999999999999999999999-', 'none'],
    ['bytes=5-99999999999999999999999', [5, 999]],
    ['bytes=5-4', 'all'],
    ['bytes=-', 'all'],
    ['bytes=', 'all'],
    ['bytes', 'all'],
    ['bytes=a-b', 'all'],
    ['bytes=1-2,5-6', 'all'],
    ['bytes=1.5-2', 'all'],
    ['bytes=--1', 'all'],
    ['seconds=1-2', 'all'],
    ['', 'all'],
  ]
  test('206, 416 or 200 for each of these ranges', async (t) => {
    const { signUp } = await createHarness(t)
    const student = await signUp('student')
    const content = video(1000)
    const { id } = await upload(student, { content })
    for (const [range, wanted] of matrix) {
      const response = await student.get(`/files/${id}/content`, { range })
      const status = wanted === 'all' ? 200 : wanted === 'none' ? 416 : 206
      assert.equal(response.statusCode, status, `${range}: ${response.body}`)
      if (wanted === 'none') {
        assert.equal(response.headers['content-range'], 'bytes */1000')
        assert.equal(response.json().type, '/problems/files/range-not-satisfiable')
        continue
      }
      const [start, end] = wanted === 'all' ? [0, 999] : wanted
      assert.deepEqual(response.rawPayload, content.subarray(start, end + 1), range)
      assert.equal(response.headers['content-length'], String(end - start + 1), range)
      assert.equal(response.headers['content-range'], wanted === 'all' ? undefined : `bytes ${start}-${end}/1000`)
      assert.equal(response.headers['content-type'], 'video/webm')
    }
  })

  test('206 with If-Range only for the version that the client has; 304 comes before any range', async (t) => {
    const { signUp } = await createHarness(t)
    const student = await signUp('student')
    const { id, sha256 } = await upload(student, { content: video(1000) })
    const path = `/files/${id}/content`
    const range = 'bytes=0-9'
    const statusWith = async (headers: Record<string, string>) => (await student.get(path, headers)).statusCode
    assert.equal(await statusWith({ range, 'if-range': `"${sha256}"` }), 206)
    assert.equal(await statusWith({ range, 'if-range': `W/"${sha256}"` }), 200)
    assert.equal(await statusWith({ range, 'if-range': '"other"' }), 200)
    assert.equal(await statusWith({ range, 'if-range': 'Tue, 24 Nov 2026 08:00:00 GMT' }), 200)
    assert.equal(await statusWith({ range: 'bytes=5000-', 'if-range': '"other"' }), 200)
    assert.equal(await statusWith({ range, 'if-none-match': `"${sha256}"` }), 304)
    assert.equal(await statusWith({ range, 'if-none-match': '"other"' }), 206)
    const unchanged = await student.get(path, { 'if-none-match': `"other", W/"${sha256}"` })
    assert.equal(unchanged.statusCode, 304)
    assert.equal(unchanged.body, '')
    assert.equal(unchanged.headers.etag, `"${sha256}"`)
  })

  test('HEAD describes the whole file without its content, whatever range it names', async (t) => {
    const { signUp, app } = await createHarness(t)
    const student = await signUp('student')
    const { id, sha256 } = await upload(student, { content: video(1000) })
    const head = (range: Record<string, string>) =>
      app.server.inject({
        method: 'HEAD',
        url: `/api/v1/files/${id}/content`,
        headers: { authorization: `Bearer ${student.token}`, ...range },
      })
    for (const response of [await head({}), await head({ range: 'bytes=0-9' }), await head({ range: 'bytes=5000-' })]) {
      assert.equal(response.statusCode, 200)
      assert.equal(response.body, '')
      assert.equal(response.headers['content-length'], '1000')
      assert.equal(response.headers['content-type'], 'video/webm')
      assert.equal(response.headers.etag, `"${sha256}"`)
    }
  })

  test('what could run scripts is only ever saved: no type, no name, no frame lets a browser show it', async (t) => {
    const { signUp } = await createHarness(t)
    const student = await signUp('student')
    const hostile = [
      ['<!DOCTYPE html><script>alert(1)</script>', 'page.html', 'text/html'],
      ['<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', 'drawing.svg', 'image/svg+xml'],
      [
        '<?xml version="1.0"?><x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>',
        'a.xml',
        'application/xml',
      ],
    ] as const
    for (const [content, name, mediaType] of hostile) {
      const file = await upload(student, { content, name })
      assert.equal(file.mediaType, mediaType)
      const { headers, body } = await student.get(`/files/${file.id}/content`)
      assert.equal(body, content)
      assert.equal(headers['content-type'], 'application/octet-stream')
      assert.match(String(headers['content-disposition']), /^attachment; /)
      assert.equal(headers['content-security-policy'], "sandbox; default-src 'none'; frame-ancestors 'none'")
      assert.equal(headers['x-content-type-options'], 'nosniff')
    }
  })

  test('410 when the storage lost the content, 404 for a file there never was, 400 for what is no id', async (t) => {
    const harness = await createHarness(t)
    const student = await harness.signUp('student')
    const { id } = await upload(student)
    await rm(join(harness.dataDirectory, 'files/objects'), { recursive: true })
    await mkdir(join(harness.dataDirectory, 'files/objects'))
    const lost = await student.get(`/files/${id}/content`)
    assert.equal(lost.statusCode, 410)
    assert.equal(lost.json().type, '/problems/files/content-lost')
    assert.equal((await student.get('/files/01900000-0000-7000-8000-000000000000/content')).statusCode, 404)
    assert.equal((await student.get('/files/x/content')).statusCode, 400)
  })
})

describe('GET /files/:fileId and GET /users/me/files', () => {
  test('200 for the owner; the list has his files only, the newest first, page by page', async (t) => {
    const { signUp, clock } = await createHarness(t)
    const [student, other] = [await signUp('student'), await signUp('student')]
    await upload(other)
    const ids: string[] = []
    for (let i = 0; i < 5; i++) {
      ids.unshift((await upload(student, { name: `${i}.pdf` })).id)
      if (i !== 2) clock.advance({ seconds: 1 })
    }
    const listed: string[] = []
    let path = '/users/me/files?limit=2'
    for (;;) {
      const page = (await student.get(path)).json()
      assert.ok(page.items.length <= 2)
      listed.push(...page.items.map((file: { id: string }) => file.id))
      if (page.nextCursor === null) break
      path = `/users/me/files?limit=2&cursor=${page.nextCursor}`
    }
    assert.deepEqual(listed, ids)
    const one = await student.get(`/files/${ids[0]}`)
    assert.equal(one.statusCode, 200)
    assert.equal(one.json().name, '4.pdf')
    assert.equal(one.body.includes('storageKey'), false)
  })

  test('401 for a visitor’s list, 404 for a stranger’s file, 400 for a cursor that is not ours', async (t) => {
    const { signUp, visitor } = await createHarness(t)
    const student = await signUp('student')
    const { id } = await upload(student)
    assert.equal((await visitor.get('/users/me/files')).statusCode, 401)
    const stranger = await signUp('instructor')
    for (const client of [visitor, stranger]) {
      for (const path of [`/files/${id}`, `/files/${id}/content`]) {
        const response = await client.get(path)
        assert.equal(response.statusCode, 404, response.body)
        assert.equal(response.json().type, '/problems/files/not-found')
      }
      assert.equal((await client.post(`/files/${id}/link`)).statusCode, 404)
    }
    assert.equal((await student.get('/users/me/files?cursor=xyz')).statusCode, 400)
    assert.equal((await student.get('/users/me/files?limit=0')).statusCode, 400)
  })
})

describe('POST /files/:fileId/link', () => {
  async function linked(t: Parameters<typeof createHarness>[0]) {
    const harness = await createHarness(t)
    const student = await harness.signUp('student')
    const file = await upload(student, { content: video(1000), name: 'a.webm' })
    const response = await student.post(`/files/${file.id}/link`)
    assert.equal(response.statusCode, 200, response.body)
    const { url, expiresAt } = response.json()
    assert.match(url, /^http:\/\/localhost:80\/api\/v1\/files\/content\/[\w-]+$/)
    const open = (address: string, headers = {}) =>
      harness.app.server.inject({ url: new URL(address).pathname, headers })
    return { ...harness, student, file, url, expiresAt, open }
  }

  test('200 opens the file to anybody, ranges included, on pages of any origin', async (t) => {
    const { url, open, file, expiresAt, clock } = await linked(t)
    assert.ok(Math.abs(Date.parse(expiresAt) - clock.now().getTime() - 15 * 60_000) < 30_000)
    const response = await open(url)
    assert.equal(response.statusCode, 200)
    assert.deepEqual(response.rawPayload, video(1000))
    assert.equal(response.headers.etag, `"${file.sha256}"`)
    assert.equal(response.headers['cross-origin-resource-policy'], 'cross-origin')
    assert.match(String(response.headers['cache-control']), /private/)
    assert.equal((await open(url, { range: 'bytes=10-19' })).statusCode, 206)
    // An access token that no longer counts does not stand in the way.
    assert.equal((await open(url, { authorization: 'Bearer x.y.z' })).statusCode, 200)
  })

  test('404 after a quarter of an hour, after a change of any byte, and for a deleted file', async (t) => {
    const { url, open, clock, student, file, signIn } = await linked(t)
    const token = url.slice(url.lastIndexOf('/') + 1)
    const bytes = Buffer.from(token, 'base64url')
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed.writeUInt8(bytes.readUInt8(at) ^ 1, at)
      assert.equal((await open(url.replace(token, changed.toString('base64url')))).statusCode, 404, `byte ${at}`)
    }
    for (const other of [token.slice(1), `${token}A`, `${token.slice(0, -1)}`, 'x', '_'.repeat(200)]) {
      assert.equal((await open(url.replace(token, other))).statusCode, 404, other)
    }
    clock.advance({ minutes: 14, seconds: 50 })
    assert.equal((await open(url)).statusCode, 200)
    clock.advance({ seconds: 15 })
    const late = await open(url)
    assert.equal(late.statusCode, 404)
    assert.equal(late.json().type, '/problems/files/link-not-valid')
    const again = await signIn(student)
    const fresh = (await again.post(`/files/${file.id}/link`)).json().url
    assert.equal((await open(fresh)).statusCode, 200)
    assert.equal((await again.delete(`/files/${file.id}`)).statusCode, 204)
    assert.equal((await open(fresh)).statusCode, 404)
  })

  test('a link opens its own file only, and only with the key of this installation', async (t) => {
    const { url, open, student, clock } = await linked(t)
    const other = await upload(student, { content: png, name: 'b.png' })
    const otherUrl = (await student.post(`/files/${other.id}/link`)).json().url
    assert.deepEqual((await open(url)).rawPayload, video(1000))
    assert.deepEqual((await open(otherUrl)).rawPayload, png)
    const theirs = createLinkTokens('the secret key of another installation')
    const expiresAt = new Date(clock.now().getTime() + 60_000)
    const forged = url.replace(/[^/]+$/, theirs.issue(other.id, expiresAt))
    assert.equal(theirs.read(new URL(forged).pathname.split('/').at(-1) ?? '', clock.now()), other.id)
    assert.equal((await open(forged)).statusCode, 404)
  })
})

describe('DELETE /files/:fileId', () => {
  test('204 hides the file at once, and a job takes its content away', async (t) => {
    const harness = await createHarness(t)
    const student = await harness.signUp('student')
    const { id } = await upload(student)
    const kept = await upload(student, { content: png, name: 'kept.png' })
    assert.equal((await student.delete(`/files/${id}`)).statusCode, 204)
    for (const path of [`/files/${id}`, `/files/${id}/content`]) assert.equal((await student.get(path)).statusCode, 404)
    assert.equal((await student.delete(`/files/${id}`)).statusCode, 404)
    assert.deepEqual(
      (await student.get('/users/me/files')).json().items.map((file: { id: string }) => file.id),
      [kept.id],
    )
    assert.equal((await storedObjects(harness)).length, 2)
    assert.deepEqual(await harness.runJobs(), ['files.remove-content'])
    assert.equal((await storedObjects(harness)).length, 1)
    assert.deepEqual((await student.get(`/files/${kept.id}/content`)).rawPayload, png)
    const audit = await harness.db.selectFrom('audit_event').selectAll().where('action', '=', 'file.deleted').execute()
    assert.deepEqual(
      audit.map((event) => [event.actor_id, event.subject_id]),
      [[student.userId, id]],
    )
  })

  test('of ten at once one deletes', async (t) => {
    const harness = await createHarness(t)
    const student = await harness.signUp('student')
    const { id } = await upload(student)
    const answers = await Promise.all(Array.from({ length: 10 }, () => student.delete(`/files/${id}`)))
    assert.deepEqual(answers.map((answer) => answer.statusCode).sort(), [204, ...Array(9).fill(404)])
    assert.deepEqual(await harness.runJobs(), ['files.remove-content'])
  })

  test('401 for a visitor, 404 for strangers', async (t) => {
    const { signUp, visitor } = await createHarness(t)
    const { id } = await upload(await signUp('student'), { content: pdf })
    assert.equal((await visitor.delete(`/files/${id}`)).statusCode, 401)
    assert.equal((await (await signUp('instructor')).delete(`/files/${id}`)).statusCode, 404)
    assert.equal((await (await signUp('administrator')).delete(`/files/${id}`)).statusCode, 204)
  })
})
