// A real OpenID Connect provider on loopback for tests/web/test_provider.py: npm's oidc-provider, which signs in whoever
// POST /told names. What no honest provider does (a foreign signature, another nonce, a wrong clock) is done to its
// answers on the way out, with its own key where the signature is to fit.
// usage: node provider.mjs REDIRECT_URI     prints its issuer as the first line
import http from 'node:http';
import { createRequire } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';

const { Provider } = await import('oidc-provider');
const jose = await import(createRequire(import.meta.resolve('oidc-provider')).resolve('jose'));

const { privateKey } = await jose.generateKeyPair('RS256', { extractable: true });
const foreign = await jose.generateKeyPair('RS256', { extractable: true });
const key = { ...(await jose.exportJWK(privateKey)), kid: 'one', alg: 'RS256', use: 'sig' };
const plain = { sub: 'subject-1', claims: {}, amr: undefined, acr: undefined, deny: '', spoil: '' };
let told = { ...plain };
const calls = [];

const server = http.createServer();
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'redshank', client_secret: 'a-secret-of-the-test-alone', redirect_uris: [process.argv[2]],
    grant_types: ['authorization_code'], response_types: ['code'],
  }],
  jwks: { keys: [key] },
  cookies: { keys: ['a-cookie-key-of-the-test-alone'] },
  pkce: { required: () => true },
  acrValues: ['gold', 'plain'],
  claims: { acr: null, amr: null, openid: ['sub', 'amr', 'acr'], profile: ['preferred_username'], email: ['email', 'email_verified'] },
  scopes: ['openid', 'profile', 'email'],
  conformIdTokenClaims: true,
  features: { devInteractions: { enabled: false } },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (ctx, sub) => ({ accountId: sub, claims: () => ({ sub, amr: told.amr, acr: told.acr, ...told.claims }) }),
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope('openid profile email');
    await grant.save();
    return grant;
  },
  renderError: (ctx, out) => { ctx.body = JSON.stringify(out); },
});

const resigned = async (body, change, by = privateKey) => {
  const claims = { ...jose.decodeJwt(body.id_token), ...change };
  return { ...body, id_token: await new jose.SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(by) };
};
const now = () => Math.floor(Date.now() / 1000);
const SPOILT = {
  signature: (body) => resigned(body, {}, foreign.privateKey),
  nonce: (body) => resigned(body, { nonce: 'another-sign-ins' }),
  audience: (body) => resigned(body, { aud: 'another-application' }),
  issuer: (body) => resigned(body, { iss: 'https://another.example' }),
  old: (body) => resigned(body, { iat: now() - 4000, exp: now() - 400 }),
  early: (body) => resigned(body, { iat: now() + 400, exp: now() + 4000 }),
  skewed: (body) => resigned(body, { iat: now() + 30, exp: now() + 4000 }), // within what is borne
  unsigned: (body) => ({ ...body, id_token: `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body.id_token.split('.')[1]}.` }),
  // With the public key as if it were a shared secret, as a careless reader would check it.
  shared: async (body) => ({ ...body, id_token: await new jose.SignJWT(jose.decodeJwt(body.id_token))
    .setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(new TextEncoder().encode(JSON.stringify(key.n).repeat(2))) }),
  missing: ({ id_token: _, ...body }) => body,
};

provider.use(async (ctx, next) => {
  calls.push({ path: ctx.path, query: ctx.query });
  if (told.spoil === 'slow' && ctx.path === '/token') await pause(20_000);
  await next();
  if (ctx.path === '/token' && ctx.status === 200 && SPOILT[told.spoil]) ctx.body = await SPOILT[told.spoil](ctx.body);
  if (ctx.path.startsWith('/.well-known/') && told.spoil === 'description') ctx.body = { ...ctx.body, issuer: 'https://another.example' };
  if (ctx.path === '/me' && told.spoil === 'subject') ctx.body = { ...ctx.body, sub: 'subject-2', preferred_username: 'administrator' };
});

const answer = provider.callback();
server.on('request', async (request, response) => {
  const parts = [];
  if (request.url === '/told') {
    if (request.method === 'POST') {
      for await (const part of request) parts.push(part);
      told = { ...plain, ...JSON.parse(Buffer.concat(parts).toString()) };
      calls.length = 0;
    }
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(calls));
  } else if (request.url.startsWith('/interaction/')) {
    const result = told.deny
      ? { error: told.deny, error_description: 'as the test asked' }
      : { login: { accountId: told.sub, amr: told.amr, acr: told.acr } };
    await provider.interactionFinished(request, response, result);
  } else {
    answer(request, response);
  }
});
process.stdout.write(`${issuer}\n`);
