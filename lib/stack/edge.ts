// CloudFront with WAF before the API, in a stack of its own: a web ACL of CloudFront lives in us-east-1 and nowhere else. The API's own addresses stay reachable, as
// HTTP APIs take no web ACL; lib/stack/README.md says so.
import { CfnOutput, Fn, Stack, type App } from 'aws-cdk-lib';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Apis } from './api.ts';
import { explainEdge } from './explained.ts';
import type { Settings } from './settings.ts';

export function makeEdge(app: App, apis: Apis, settings: Settings): Stack {
  if (settings.region === undefined) throw new Error('-c waf: give "region" beside it, where the desk itself is.');
  const stack = new Stack(app, `${settings.name}Edge`, {
    description: 'Referral Desk: CloudFront and WAF before the API',
    env: { region: 'us-east-1' },
    crossRegionReferences: true,
  });
  const acl = makeAcl(stack, settings);
  const fronts = (Object.entries(apis) as [string, HttpApi][]).map(([name, api]) => {
    const made = front(stack, `${name}-edge`, api, acl);
    new CfnOutput(stack, `${name}EdgeAddress`, { value: `https://${made.distributionDomainName}` });
    return made;
  });
  explainEdge(fronts);
  return stack;
}

/**
 * Nothing is kept at the edge but what its answer allows to be kept by all: files of the public log. Nor is it written down what was asked: CloudFront's logs
 * hold the path, and that of an unused link is a secret.
 */
function front(stack: Stack, id: string, api: HttpApi, acl: CfnWebACL): Distribution {
  const host = Fn.select(2, Fn.split('/', api.apiEndpoint));
  const origin = new HttpOrigin(host, {
    protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
    originSslProtocols: [OriginSslPolicy.TLS_V1_2],
  });
  const asked = {
    origin,
    viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
    originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
  };
  return new Distribution(stack, id, {
    defaultBehavior: { ...asked, allowedMethods: AllowedMethods.ALLOW_ALL, cachePolicy: CachePolicy.CACHING_DISABLED },
    additionalBehaviors: {
      '/v1/log/*': { ...asked, cachePolicy: CachePolicy.USE_ORIGIN_CACHE_CONTROL_HEADERS },
    },
    webAclId: acl.attrArn,
  });
}

const MANAGED = [
  'AWSManagedRulesCommonRuleSet',
  'AWSManagedRulesKnownBadInputsRuleSet',
  'AWSManagedRulesAmazonIpReputationList',
];
/** Of one address in five minutes. */
const MOST_ASKED = 20_000;

function makeAcl(stack: Stack, { name }: Settings): CfnWebACL {
  const seen = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
    cloudWatchMetricsEnabled: true,
    sampledRequestsEnabled: false, // a sample holds headers
    metricName,
  });
  const managed = MANAGED.map((rule, n) => ({
    name: rule,
    priority: n + 1,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name: rule,
        ...(n === 0 ? { ruleActionOverrides: LARGE_BODIES } : {}),
      },
    },
    visibilityConfig: seen(rule),
  }));
  const often = {
    name: 'often',
    priority: 0,
    action: { block: {} },
    statement: { rateBasedStatement: { limit: MOST_ASKED, aggregateKeyType: 'IP' } },
    visibilityConfig: seen('often'),
  };
  return new CfnWebACL(stack, 'acl', {
    scope: 'CLOUDFRONT',
    defaultAction: { allow: {} },
    rules: [often, ...managed],
    visibilityConfig: seen(`${name}-edge`),
  });
}

/** A referral is larger than the 8 KB this rule would have, and words of abuse and code in it are what it is about. */
const LARGE_BODIES = [
  'SizeRestrictions_BODY',
  'CrossSiteScripting_BODY',
  'GenericLFI_BODY',
  'GenericRFI_BODY',
  'EC2MetaDataSSRF_BODY',
].map((name) => ({ name, actionToUse: { count: {} } }));
