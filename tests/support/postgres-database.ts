import { randomBytes } from 'node:crypto'
import pg from 'pg'

/** A PostgreSQL database without any table, for who makes or restores them himself. */
export async function createEmptyPostgres(serverUrl: string, prefix: string): Promise<{ name: string; url: string }> {
  const name = `${prefix}_${randomBytes(6).toString('hex')}`
  await administer(serverUrl, `create database ${name}`)
  return { name, url: databaseUrl(serverUrl, name) }
}

export async function dropPostgres(serverUrl: string, name: string): Promise<void> {
  await administer(serverUrl, `drop database ${name} with (force)`)
}

export async function administer(serverUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}
