import { backup, DatabaseSync } from 'node:sqlite'

/** Copies a SQLite database that is in use, as of one moment, into a file of its own. Writers go on meanwhile. */
export async function copySqlite(path: string, target: string): Promise<void> {
  const source = new DatabaseSync(path, { readOnly: true })
  try {
    await backup(source, target)
  } finally {
    source.close()
  }
}

/** Reads a copy through: throws when it is damaged, else returns the number of rows of each table. */
export function inspectSqlite(path: string): Record<string, number> {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    const [found] = database.prepare('pragma integrity_check(1)').all()
    if (found?.integrity_check !== 'ok') throw new Error(`the database is damaged: ${found?.integrity_check}`)
    if (database.prepare('pragma foreign_key_check').all().length > 0) {
      throw new Error('rows refer to rows that are not there')
    }
    const tables = database
      .prepare(`select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name`)
      .all()
    return Object.fromEntries(
      tables.map(({ name }) => {
        const [row] = database.prepare(`select count(*) as rows from "${name}"`).all()
        return [String(name), Number(row?.rows)]
      }),
    )
  } finally {
    database.close()
  }
}

/** What a query gives as `value`, from a copy. */
export function readSqlite(path: string, query: string): string[] {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    return database
      .prepare(query)
      .all()
      .map(({ value }) => String(value))
  } finally {
    database.close()
  }
}

/** Throws unless this process alone has the database open: leaving the journal of several readers needs that. */
export function requireAlone(path: string): void {
  const database = new DatabaseSync(path)
  try {
    database.exec('pragma busy_timeout = 0')
    database.exec('pragma journal_mode = delete')
  } finally {
    database.close()
  }
}
