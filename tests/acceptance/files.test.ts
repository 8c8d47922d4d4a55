import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { eventually } from '#support/eventually.ts'
import { type Client, createClient, logIn } from './client.ts'
import { leaveTidy, newPerson, newTitle, type Target, targetKinds } from './target.ts'

const student = newPerson('nour', 'نور علي')
const pdf = `%PDF-1.7\n${'1 0 obj <<>> endobj\n'.repeat(10_000)}%%EOF\n`

for (const kind of targetKinds) {
  describe(`files on ${kind.name}`, () => {
    let target: Target
    let admin: Client
    let learner: Client
    let courseId: string
    let moduleId: string
    let fileId: string

    before(async () => {
      target = await kind.start()
      admin = await target.administrator()
      await createClient(target.url).expect(201, 'POST', '/auth/register', student)
      learner = await logIn(target.url, student)
      courseId = (await admin.expect(201, 'POST', '/courses', { title: newTitle('Files').title, summary: 'Numbers' }))
        .id
      moduleId = (await admin.expect(201, 'POST', `/courses/${courseId}/modules`, { title: 'Basics' })).id
    })
    after(async () => {
      if (!kind.isOurs && courseId) await leaveTidy(admin, { courseId, emails: [student.email] })
      await target?.stop()
    })

    test('a browser’s form uploads a file into a course', async () => {
      const form = new FormData()
      form.set('courseId', courseId)
      form.set('file', new Blob([pdf], { type: 'text/html' }), 'Übung „1“.pdf')
      const response = await fetch(`${target.url}/api/v1/files`, {
        method: 'POST',
        headers: { authorization: `Bearer ${admin.token}` },
        body: form,
      })
      const file = (await response.json()) as { id: string; name: string; mediaType: string; sizeBytes: number }
      assert.equal(response.status, 201, JSON.stringify(file))
      assert.deepEqual(
        [file.name, file.mediaType, file.sizeBytes],
        ['Übung „1“.pdf', 'application/pdf', Buffer.byteLength(pdf)],
      )
      fileId = file.id
    })

    test('a student reads it once a lesson of his course uses it, and links it for others', async () => {
      await learner.expect(404, 'GET', `/files/${fileId}`)
      const lesson = { type: 'file', title: 'Exercise', content: { fileId }, status: 'published' }
      await admin.expect(201, 'POST', `/modules/${moduleId}/lessons`, lesson)
      await admin.expect(200, 'POST', `/courses/${courseId}/publish`)
      await learner.expect(404, 'GET', `/files/${fileId}`)
      await learner.expect(201, 'POST', `/courses/${courseId}/enrollments`)
      await learner.expect(200, 'GET', `/files/${fileId}`)
      const { url } = await learner.expect(200, 'POST', `/files/${fileId}/link`)
      const whole = await fetch(url)
      assert.equal(whole.status, 200)
      assert.equal(await whole.text(), pdf)
      const part = await fetch(url, { headers: { range: 'bytes=-6' } })
      assert.equal(part.status, 206)
      assert.equal(await part.text(), '%%EOF\n')
      await createClient(target.url).expect(404, 'GET', `/files/${fileId}`)
    })

    test('it cannot be deleted while a lesson uses it; a deleted one is gone, from the disk, too', async () => {
      await admin.expect(409, 'DELETE', `/files/${fileId}`)
      const form = new FormData()
      form.set('file', new Blob([pdf]), 'unused.pdf')
      const headers = { authorization: `Bearer ${admin.token}` }
      const response = await fetch(`${target.url}/api/v1/files`, { method: 'POST', headers, body: form })
      const { id } = (await response.json()) as { id: string }
      if (kind.isOurs) assert.equal(await objectCount(target), 2)
      await admin.expect(204, 'DELETE', `/files/${id}`)
      await admin.expect(404, 'GET', `/files/${id}`)
      if (kind.isOurs) await eventually(async () => assert.equal(await objectCount(target), 1))
      await learner.expect(200, 'GET', `/files/${fileId}`)
    })
  })
}

async function objectCount({ inside }: Target): Promise<number> {
  const entries = await readdir(join(inside?.dataDirectory ?? '', 'files'), { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).length
}
