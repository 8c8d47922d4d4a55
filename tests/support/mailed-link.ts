import assert from 'node:assert/strict'
import type { Harness } from './harness.ts'

/** The token in the link of the newest mail to this address whose link leads to `path` of the front end. */
export function mailedToken({ mail }: Pick<Harness, 'mail'>, to: string, path: string): string {
  const texts = mail.sent.filter((message) => message.to === to).map(({ text }) => text)
  const links = texts.flatMap((text) => text.match(/https?:\/\/\S+/g) ?? []).map((link) => new URL(link))
  const token = links.findLast(({ pathname }) => pathname === path)?.searchParams.get('token')
  assert.ok(token, `no mail to ${to} has a link to ${path}`)
  return token
}

/** True when any row of the tables that could keep it holds the secret. */
export async function isStored({ db }: Pick<Harness, 'db'>, secret: string): Promise<boolean> {
  const rows = await Promise.all([
    db.selectFrom('job').selectAll().execute(),
    db.selectFrom('one_time_token').selectAll().execute(),
    db.selectFrom('audit_event').selectAll().execute(),
    db.selectFrom('user_account').selectAll().execute(),
  ])
  return JSON.stringify(rows).includes(secret)
}
