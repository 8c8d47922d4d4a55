import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect as connectHttp2 } from 'node:http2'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { eventually } from '#support/eventually.ts'
import { selfSignedCertificate } from '#support/self-signed-certificate.ts'
import { buildImage, docker, run } from './docker.ts'
import { type Answer, ask, domain, type Edge, startEdge } from './edge.ts'

const image = 'lms-test-edge:1'
const secret = 'aSecretNobodyMayRead'

function assertHeaders({ headers }: Answer): void {
  assert.match(String(headers['strict-transport-security']), /^max-age=31536000/)
  assert.match(String(headers['content-security-policy']), /default-src 'none'/)
  assert.equal(headers['x-content-type-options'], 'nosniff')
  assert.equal(headers['x-frame-options'], 'DENY')
  assert.equal(headers['referrer-policy'], 'no-referrer')
  assert.equal(headers['cross-origin-resource-policy'], 'same-site')
  assert.equal(headers.server, undefined, 'it does not tell what it runs on')
}

function assertRefusal(answer: Answer, status: number, code: string): void {
  assert.equal(answer.status, status)
  assertHeaders(answer)
  assert.equal(answer.headers['content-type'], 'application/problem+json')
  const problem = JSON.parse(answer.body.toString())
  assert.equal(problem.status, status)
  assert.equal(problem.code, code)
}

before(() => buildImage(image, 'edge-test'), { timeout: 600_000 })
after(() => run('docker', ['image', 'rm', image]))

describe('the proxy of production', () => {
  let edge: Edge
  before(async () => {
    edge = await startEdge({ project: `lms-test-edge-${process.pid}`, image })
  })
  after(() => edge.stop())
  const get = (path: string, headers = {}) => ask({ port: edge.httpsPort, path, headers })

  test('200 and 404 of the API have every security header', async () => {
    for (const [path, status] of [
      ['/api/v1/health', 200],
      ['/nowhere', 404],
    ] as const) {
      const answer = await get(path)
      assert.equal(answer.status, status)
      assertHeaders(answer)
    }
  })

  for (const path of [
    '/metrics',
    '/metrics/',
    '//metrics',
    '/%6detrics',
    '/METRICS',
    '/edge-metrics',
    '/api/v1/ready',
  ]) {
    test(`404 outside for ${path}, with every security header`, async () => {
      assertRefusal(await get(path), 404, 'proxy/not-found')
    })
  }

  test('413 before a byte is read when the client says how much it will send; the API never hears of it', async () => {
    const answer = await ask({
      port: edge.httpsPort,
      path: '/api/v1/auth/login',
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': 1024 * 1024 + 1, expect: '100-continue' },
    })
    assertRefusal(answer, 413, 'proxy/body-too-large')
  })

  test('413 for a chunked body where it passes the limit, every time, and the process stays in use', async () => {
    const started = performance.now()
    for (let i = 0; i < 20; i++) {
      const answer = await ask({
        port: edge.httpsPort,
        path: '/api/v1/auth/login',
        method: 'POST',
        headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
        body: Buffer.alloc(1_500_000, 32),
      })
      assertRefusal(answer, 413, 'proxy/body-too-large')
    }
    assert.ok(performance.now() - started < 10_000, 'none of them waited for a process taken out of use')
  })

  test('an upload may be larger than other bodies: the API decides about it', async () => {
    const answer = await ask({
      port: edge.httpsPort,
      path: '/api/v1/files',
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body: Buffer.alloc(2_500_000, 32),
    })
    assert.equal(answer.status, 401)
    assertHeaders(answer)
  })

  test('compression is negotiated: zstd, gzip or none', async () => {
    const path = '/api/v1/openapi.json'
    const plain = await get(path)
    assert.equal(plain.headers['content-encoding'], undefined)
    const zstd = await get(path, { 'accept-encoding': 'gzip, zstd' })
    assert.equal(zstd.headers['content-encoding'], 'zstd')
    assert.ok(zstdDecompressSync(zstd.body).equals(plain.body))
    const gzip = await get(path, { 'accept-encoding': 'gzip' })
    assert.equal(gzip.headers['content-encoding'], 'gzip')
    assert.ok(gunzipSync(gzip.body).equals(plain.body))
    assert.ok(gzip.body.length < plain.body.length / 4)
  })

  test('a forged X-Forwarded-For reaches neither the log nor the API', async () => {
    const forged = '203.0.113.77'
    const answer = await get('/api/v1/courses', {
      'x-forwarded-for': forged,
      'x-real-ip': forged,
      forwarded: `for=${forged}`,
    })
    assert.equal(await networkSeenByApi(edge, answer), await docker(gatewayOf(edge)))
    assert.doesNotMatch(await docker(['logs', edge.api]), /203\.0\.113\.77/)
  })

  test('308 from HTTP to the same address on HTTPS, whatever name was asked for, with every security header', async () => {
    for (const host of [domain, 'somewhere.example']) {
      const answer = await ask({ port: edge.httpPort, path: '/a?b=c', isSecure: false, headers: { host } })
      assert.equal(answer.status, 308)
      assert.equal(answer.headers.location, `https://${domain}/a?b=c`)
      assertHeaders(answer)
    }
  })

  test('421 for a name that is not ours', async () => {
    assertRefusal(await get('/api/v1/health', { host: 'somewhere.example' }), 421, 'proxy/refused')
  })

  test('HTTP/2 is spoken and HTTP/3 is offered', async () => {
    assert.match(String((await get('/api/v1/health')).headers['alt-svc']), /h3=":443"/)
    const session = connectHttp2(`https://127.0.0.1:${edge.httpsPort}`, {
      servername: domain,
      rejectUnauthorized: false,
    })
    try {
      const status = await new Promise((resolve, reject) => {
        session.on('error', reject)
        const stream = session.request({ ':path': '/api/v1/health', ':authority': domain })
        stream
          .on('response', (headers) => resolve(headers[':status']))
          .on('error', reject)
          .resume()
          .end()
      })
      assert.equal(status, 200)
    } finally {
      session.close()
    }
  })

  test('a client that does not end its headers, or its body, is cut off', async () => {
    const request = `POST /api/v1/auth/login HTTP/1.1\r\nHost: ${domain}\r\nContent-Type: application/json\r\n`
    const [headers, body] = await Promise.all([
      secondsUntilClosed(edge.httpsPort, request),
      secondsUntilClosed(edge.httpsPort, `${request}Content-Length: 1000\r\n\r\n{`),
    ])
    assert.ok(headers > 8 && headers < 15, `headers: ${headers} s`)
    assert.ok(body > 50 && body < 75, `body: ${body} s`)
  })

  test('the log is JSON and holds no secret: neither of headers nor of addresses', async () => {
    await get(`/api/v1/files/content/${secret}?access_token=${secret}&page=2&X-Amz-Signature=${secret}`, {
      authorization: `Bearer ${secret}`,
      cookie: `session=${secret}`,
      referer: `https://app.example.org/?token=${secret}`,
    })
    const log = await edge.log()
    assert.doesNotMatch(log, new RegExp(secret))
    const line = log.split('\n').find((one) => one.includes('/files/content/'))
    assert.match(
      JSON.parse(line ?? '').request.uri,
      /^\/api\/v1\/files\/content\/REDACTED\?access_token=REDACTED&page=2&/,
    )
  })

  test('Prometheus gets metrics without the admin interface, which listens for nobody else', async () => {
    const metrics = await ask({ port: edge.prometheusPort, path: '/metrics', isSecure: false })
    assert.match(metrics.body.toString(), /caddy_http_request_duration_seconds_bucket\{.*code="200"/)
    assert.match(metrics.body.toString(), /caddy_reverse_proxy_upstreams_healthy\{upstream=".*-api-blue-1:8000"\} 1/)
    assert.equal((await ask({ port: edge.prometheusPort, path: '/config/', isSecure: false })).status, 404)
    const address = edge.caddy
    const { code } = await run('docker', [
      'exec',
      edge.api,
      'node',
      '-e',
      `fetch('http://${address}:2019/config/').then(() => process.exit(0), () => process.exit(9))`,
    ])
    assert.equal(code, 9)
  })

  test('502 when no process answers, soon, with every security header', async () => {
    await docker(['kill', edge.api])
    const started = performance.now()
    const answer = await get('/api/v1/health')
    assert.ok(answer.status === 502 || answer.status === 503, String(answer.status))
    assertRefusal(answer, answer.status, answer.status === 502 ? 'proxy/no-answer' : 'proxy/unavailable')
    assert.equal(answer.headers['retry-after'], '5')
    assert.ok(performance.now() - started < 8000)
  })
})

describe('the other ways to run the proxy', () => {
  test('with a certificate of one’s own', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lms-certificate-'))
    const { cert, key } = await selfSignedCertificate()
    await writeFile(join(folder, 'cert.pem'), cert)
    await writeFile(join(folder, 'key.pem'), key)
    const edge = await startEdge({
      project: `lms-test-cert-${process.pid}`,
      image,
      caddyfile: 'Caddyfile.certificate',
      caddyArguments: ['--volume', `${folder}:/certificates:ro`],
    })
    try {
      assert.match(await subjectOf(edge.httpsPort), /localhost/)
      assert.equal((await ask({ port: edge.httpsPort, path: '/api/v1/health' })).status, 200)
    } finally {
      await edge.stop()
      await rm(folder, { recursive: true })
    }
  })

  test('behind another proxy, whose word about the client’s address is taken, and nobody else’s', async () => {
    const start = (trusted: string) =>
      startEdge({
        project: `lms-test-behind-${process.pid}`,
        image,
        caddyfile: 'Caddyfile.behind-proxy',
        caddyArguments: ['--env', `EDGE_TRUSTED_PROXIES=${trusted}`],
      })
    for (const [trusted, expected] of [
      ['172.16.0.0/12 192.168.0.0/16', '198.51.100.7'],
      ['192.0.2.0/24', undefined],
    ] as const) {
      const edge = await start(trusted)
      try {
        // The client's own invention stands on the left, what the proxy before us saw on the right.
        const headers = { 'x-forwarded-for': '203.0.113.1, 198.51.100.7' }
        const answer = await ask({ port: edge.httpPort, path: '/api/v1/courses', isSecure: false, headers })
        assert.equal(answer.status, 200)
        assert.equal(await networkSeenByApi(edge, answer), expected ?? (await docker(gatewayOf(edge))))
      } finally {
        await edge.stop()
      }
    }
  })
})

/** Where the request came from, as the API logged it. */
function networkSeenByApi({ api }: Edge, { headers }: Answer): Promise<string> {
  return eventually(async () => {
    const lines = (await docker(['logs', api])).split('\n')
    const line = lines.find((one) => one.includes(`"${headers['x-request-id']}"`))
    assert.ok(line, 'the API logged the request')
    return JSON.parse(line).network
  })
}

function gatewayOf({ caddy }: Edge): string[] {
  return ['inspect', '--format', '{{range .NetworkSettings.Networks}}{{.Gateway}}{{end}}', caddy]
}

function secondsUntilClosed(port: number, bytes: string): Promise<number> {
  const started = performance.now()
  return new Promise((resolve) => {
    const socket = connectTls({ port, host: '127.0.0.1', servername: domain, rejectUnauthorized: false })
    socket.on('secureConnect', () => socket.write(bytes))
    socket.on('error', () => {})
    socket.resume().on('close', () => resolve((performance.now() - started) / 1000))
  })
}

function subjectOf(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ port, host: '127.0.0.1', servername: domain, rejectUnauthorized: false }, () => {
      resolve(JSON.stringify(socket.getPeerCertificate().subject))
      socket.destroy()
    })
    socket.on('error', reject)
  })
}
