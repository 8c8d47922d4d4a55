import type { Compilable, CompiledQuery, Kysely } from 'kysely'

const SHAPES_KEPT = 100

type Values = Readonly<Record<string, unknown>>

/**
 * A query whose SQL is made once for each database and shape of `values`, not at every run: making it takes Kysely
 * longer than the database takes for a small query.
 *
 * The shape is which values are undefined and how long lists are; `build` may decide by these. Everything else about a
 * value is not known yet when the SQL is made: it may only be put into the query, and looking at it throws. What depends
 * on more than the shape, such as a sort order, needs a query for each case.
 */
export function prepared<DB, V extends object, R>(
  build: (db: Kysely<DB>, values: V) => Compilable<R>,
): (db: Kysely<DB>, values: V) => Promise<R[]> {
  const made = new WeakMap<object, Map<string, CompiledQuery<R>>>()

  function queryFor(db: Kysely<DB>, values: V): CompiledQuery<R> {
    // Transactions share the adapter of the handle they were begun on.
    const { adapter } = db.getExecutor()
    const byShape = made.get(adapter) ?? new Map<string, CompiledQuery<R>>()
    made.set(adapter, byShape)
    const shape = shapeOf(values as Values)
    let query = byShape.get(shape)
    if (!query) {
      query = build(db, slotsFor(values as Values) as V).compile()
      if (byShape.size >= SHAPES_KEPT) byShape.clear()
      byShape.set(shape, query)
    }
    return query
  }

  return async (db, values) => {
    const query = queryFor(db, values)
    const parameters = query.parameters.map((one) => (one instanceof Slot ? one.valueIn(values as Values) : one))
    const { rows } = await db.executeQuery<R>({ ...query, parameters })
    return rows
  }
}

/** Stands for a value, or for one of a list, while the SQL is made. */
class Slot {
  readonly name: string
  readonly index: number | undefined

  constructor(name: string, index?: number) {
    this.name = name
    this.index = index
  }

  valueIn(values: Values): unknown {
    const value = values[this.name]
    return this.index === undefined ? value : (value as readonly unknown[])[this.index]
  }

  [Symbol.toPrimitive](): never {
    throw new Error(`The value “${this.name}” of a prepared query may only be put into it, not looked at.`)
  }
}

function slotsFor(values: Values): Values {
  const slots: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue
    slots[name] = Array.isArray(value) ? value.map((_, index) => new Slot(name, index)) : new Slot(name)
  }
  return slots
}

function shapeOf(values: Values): string {
  let shape = ''
  for (const name in values) {
    const value = values[name]
    if (value === undefined) continue
    shape += Array.isArray(value) ? `${name}[${value.length}],` : `${name},`
  }
  return shape
}
