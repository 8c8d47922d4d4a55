import { isIP } from 'node:net'
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls'

export interface CertificateFacts {
  readonly expiresAt: Date
  /** Host names, or who it was made out to when it lists none. */
  readonly names: string
  /** Why a browser would refuse it, as a code of OpenSSL or Node; null when it would not. */
  readonly refusal: string | null
}

/** What the server at this address shows to those who ask for `host`. Rejects when there is no TLS session. */
export function readCertificate(host: string, port: number, timeoutMs: number): Promise<CertificateFacts> {
  const { promise, resolve, reject } = Promise.withResolvers<CertificateFacts>()
  // What is wrong with the certificate is the finding, so the session must come about first. Nothing is sent in it.
  const socket = connect({
    ...{ host, port, rejectUnauthorized: false, timeout: timeoutMs },
    ...(isIP(host) === 0 && { servername: host }),
  })
  socket.once('secureConnect', () => {
    resolve(factsOf(socket, socket.getPeerCertificate()))
    socket.destroy()
  })
  socket.once('timeout', () => socket.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)))
  socket.once('error', reject)
  socket.once('close', () => reject(new Error('the connection was closed')))
  return promise
}

function factsOf(socket: TLSSocket, certificate: PeerCertificate): CertificateFacts {
  const refusal: (Error & { code?: string }) | string | null = socket.authorizationError ?? null
  return {
    expiresAt: new Date(certificate.valid_to),
    names: certificate.subjectaltname ?? String(certificate.subject?.CN ?? 'nobody'),
    refusal: refusal instanceof Error ? (refusal.code ?? refusal.message) : refusal === null ? null : String(refusal),
  }
}
