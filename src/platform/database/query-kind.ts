import type { CompiledQuery } from 'kysely'

export const queryKinds = ['select', 'insert', 'update', 'delete', 'transaction', 'other'] as const
export type QueryKind = (typeof queryKinds)[number]

/** Called once per statement with what it was and how long the database took. */
export type QueryObserver = (kind: QueryKind, seconds: number) => void

export function queryKind({ query }: CompiledQuery): QueryKind {
  switch (query.kind) {
    case 'SelectQueryNode':
      return 'select'
    case 'InsertQueryNode':
      return 'insert'
    case 'UpdateQueryNode':
      return 'update'
    case 'DeleteQueryNode':
      return 'delete'
    default:
      return 'other'
  }
}
