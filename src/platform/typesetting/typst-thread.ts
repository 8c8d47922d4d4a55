import { parentPort, workerData } from 'node:worker_threads'
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'

export interface TypesetRequest {
  readonly id: number
  readonly source: string
  readonly inputs: Readonly<Record<string, string>>
}

export type TypesetAnswer =
  | { readonly id: number; readonly pdf: Uint8Array }
  | { readonly id: number; readonly mistake: string }

export interface TypstThreadData {
  readonly fontPaths: readonly string[]
}

const { fontPaths } = workerData as TypstThreadData
const compiler = NodeCompiler.create({ fontArgs: [{ fontPaths: [...fontPaths] }] })

parentPort?.on('message', ({ id, source, inputs }: TypesetRequest) => {
  parentPort?.postMessage(answer(id, source, inputs))
  compiler.evictCache(0)
})

function answer(id: number, source: string, inputs: TypesetRequest['inputs']): TypesetAnswer {
  try {
    const compiled = compiler.compile({ mainFileContent: source, inputs: { ...inputs } })
    if (!compiled.result) return { id, mistake: JSON.stringify(compiled.takeDiagnostics()?.shortDiagnostics) }
    // The time is the caller's to say, in the document: the same text gives the same bytes.
    return { id, pdf: compiler.pdf(compiled.result, { creationTimestamp: 0 }) }
  } catch (error) {
    return { id, mistake: error instanceof Error ? error.message : String(error) }
  }
}
