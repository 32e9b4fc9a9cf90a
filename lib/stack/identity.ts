// Who vouches for people: any OpenID Connect issuer that is named, or a Cognito pool made with the stack. Always true: nobody signs up by herself, and in the pool
// nobody signs in without a second factor.
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccountRecovery, FeaturePlan, Mfa, OAuthScope, UserPool } from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import type { Settings } from './settings.ts';

export interface Identity {
  /** `iss` of its tokens. */
  readonly issuer: string;
  /** For whom they must be. */
  readonly audience: string;
  /** The pool made with the stack. */
  readonly poolId?: string;
}

export function makeIdentity(scope: Construct, { identity, isTrial }: Settings): Identity {
  if (identity.kind === 'oidc') return identity;
  const pool = new UserPool(scope, 'people-pool', {
    selfSignUpEnabled: false,
    signInAliases: { email: true },
    mfa: Mfa.REQUIRED,
    mfaSecondFactor: { sms: false, otp: true },
    passwordPolicy: {
      minLength: 14,
      requireDigits: true,
      requireLowercase: true,
      requireSymbols: true,
      requireUppercase: true,
      tempPasswordValidity: Duration.days(3),
    },
    accountRecovery: AccountRecovery.NONE,
    featurePlan: FeaturePlan.ESSENTIALS,
    deletionProtection: !isTrial,
    removalPolicy: isTrial ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  });
  const client = pool.addClient('people-client', {
    generateSecret: false,
    authFlows: { userSrp: true },
    oAuth: {
      flows: { authorizationCodeGrant: true },
      scopes: [OAuthScope.OPENID],
      callbackUrls: ['https://localhost/'],
    },
    idTokenValidity: Duration.hours(1),
    accessTokenValidity: Duration.hours(1),
    refreshTokenValidity: Duration.hours(12),
    enableTokenRevocation: true,
    preventUserExistenceErrors: true,
  });
  const { region, urlSuffix } = Stack.of(scope);
  return {
    issuer: `https://cognito-idp.${region}.${urlSuffix}/${pool.userPoolId}`,
    audience: client.userPoolClientId,
    poolId: pool.userPoolId,
  };
}
