import { type TSchema, Type } from 'typebox'
import { nullable } from './nullable.ts'
import { invalidRequest } from './problems.ts'

export const PAGE_LIMIT_DEFAULT = 20
export const PAGE_LIMIT_MAX = 100

/** The query parameters of every list. */
export const PageQuery = Type.Object({
  limit: Type.Integer({
    minimum: 1,
    maximum: PAGE_LIMIT_MAX,
    default: PAGE_LIMIT_DEFAULT,
    description: 'Items a page.',
  }),
  cursor: Type.Optional(
    Type.String({ maxLength: 500, description: 'The `nextCursor` of the page before; without it, the first page.' }),
  ),
})

export interface PageRequest {
  readonly limit: number
  readonly cursor?: string | undefined
}

/** The shape of every list. */
export function Page<S extends TSchema>(item: S) {
  return Type.Object({
    items: Type.Array(item),
    nextCursor: nullable(Type.String({ description: 'Null on the last page.' })),
  })
}

/** Values of the last row of a page, in the order of the list's sort columns; the last of them is unique. */
export type Position = readonly (string | number | null)[]

/**
 * The position a cursor stands for, undefined on the first page. Cursors are opaque to clients and say nothing about
 * permissions; one that we did not make is a 400.
 */
export function readCursor(cursor: string | undefined, length: number): Position | undefined {
  if (cursor === undefined) return undefined
  try {
    const position = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (isPosition(position, length)) return position
  } catch {
    // Not JSON: refused below like any other cursor that is not ours.
  }
  throw notOurCursor()
}

/** The same for a list that is sorted by a time and a text, most often an id. */
export function readTimeCursor(cursor: string | undefined): Position | undefined {
  const position = readCursor(cursor, 2)
  if (position === undefined || (isTime(position[0]) && typeof position[1] === 'string')) return position
  throw notOurCursor()
}

/**
 * Cuts the page out of `rows`, of which the caller has read `limit + 1`: one more than the page tells whether there is
 * a next one.
 */
export function toPage<R, T>(
  rows: readonly R[],
  limit: number,
  toItem: (row: R) => T,
  positionOf: (row: R) => Position,
): { items: T[]; nextCursor: string | null } {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const nextCursor = rows.length > limit && last !== undefined ? writeCursor(positionOf(last)) : null
  return { items: page.map(toItem), nextCursor }
}

function writeCursor(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}

function isPosition(value: unknown, length: number): value is Position {
  return (
    Array.isArray(value) &&
    value.length === length &&
    value.every(
      (part) => part === null || typeof part === 'number' || (typeof part === 'string' && !part.includes('\0')),
    )
  )
}

function notOurCursor() {
  return invalidRequest({
    errors: [{ pointer: '/query/cursor', message: 'is not a cursor of this list; start again without it' }],
  })
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) && !Number.isNaN(Date.parse(value))
}
