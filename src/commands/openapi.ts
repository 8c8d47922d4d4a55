import { describeProduct } from './describe-product.ts'

/** Prints the OpenAPI document of the API. */
export async function printOpenApi(): Promise<number> {
  const { openApi } = await describeProduct()
  process.stdout.write(`${JSON.stringify(openApi, null, 2)}\n`)
  return 0
}
