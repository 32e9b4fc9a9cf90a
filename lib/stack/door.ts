// The CyberTipline door: `serve --aws` in a container behind a load balancer, with intake's rights and those of its own that a report's finish needs. The image is made beforehand
// (README) and named by its address: nothing is built here, and nothing here needs docker.
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
  type IVpc,
} from 'aws-cdk-lib/aws-ec2';
import {
  AwsLogDriver,
  Cluster,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  type ICluster,
} from 'aws-cdk-lib/aws-ecs';
import {
  ApplicationLoadBalancer,
  ApplicationProtocol,
  SslPolicy,
  type ApplicationTargetGroup,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { explainDoor } from './explained.ts';
import { environmentOf } from './functions.ts';
import type { Parts } from './parts.ts';
import { DOOR_GRANTS, grantDoor } from './rights.ts';
import type { DoorSettings, Settings } from './settings.ts';

/** `serve` listens there, in plain http: TLS ends at the load balancer, inside the network. */
const PORT = 8700;

/** What alarms look at. */
export interface Door {
  readonly balancer: ApplicationLoadBalancer;
  readonly targets: ApplicationTargetGroup;
  readonly logs: LogGroup;
}

export function makeDoor(scope: Construct, parts: Parts, door: DoorSettings, settings: Settings): Door {
  const vpc = makeNetwork(scope, settings) as IVpc;
  const logs = new LogGroup(scope, 'door-logs', kept(settings));
  const task = makeTask(scope, parts, logs, door, settings);
  const cluster = new Cluster(scope, 'door-cluster', { vpc, containerInsightsV2: ContainerInsights.ENABLED });
  const service = new FargateService(scope, 'door-service', {
    cluster: cluster as ICluster,
    taskDefinition: task,
    desiredCount: 2,
    assignPublicIp: true,
    vpcSubnets: { subnetType: SubnetType.PUBLIC },
    minHealthyPercent: 100,
    circuitBreaker: { rollback: true },
  });
  const group = new SecurityGroup(scope, 'door-group', { vpc, allowAllOutbound: false });
  group.addIngressRule(Peer.anyIpv4(), Port.tcp(443), 'Reporters, from anywhere');
  const balancer = makeBalancer(scope, vpc, group, parts, settings);
  const listener = balancer.addListener('door-listener', {
    port: 443,
    protocol: ApplicationProtocol.HTTPS,
    certificates: [Certificate.fromCertificateArn(scope, 'door-certificate', door.certificate)],
    sslPolicy: SslPolicy.TLS13_RES,
    open: true,
  });
  const targets = listener.addTargets('door-targets', {
    port: PORT,
    protocol: ApplicationProtocol.HTTP,
    targets: [service],
    healthCheck: { path: '/healthz', interval: Duration.seconds(15) },
    deregistrationDelay: Duration.minutes(5),
  });
  explainDoor(group, task, task.taskRole, DOOR_GRANTS, parts);
  return { balancer, targets, logs };
}

function makeTask(
  scope: Construct,
  parts: Parts,
  logGroup: LogGroup,
  door: DoorSettings,
  settings: Settings,
): FargateTaskDefinition {
  const task = new FargateTaskDefinition(scope, 'door-task', {
    cpu: 1024,
    memoryLimitMiB: 2048,
    runtimePlatform: { cpuArchitecture: CpuArchitecture.ARM64 },
  });
  grantDoor(task.taskRole, parts, settings.name);
  task.addVolume({ name: 'scratch' });
  const container = task.addContainer('door', {
    image: ContainerImage.fromRegistry(door.image),
    environment: environmentOf(parts, settings),
    portMappings: [{ containerPort: PORT }],
    logging: new AwsLogDriver({ logGroup, streamPrefix: 'door' }),
    readonlyRootFilesystem: true,
    stopTimeout: Duration.seconds(110),
  });
  // a file that comes before its report is named rests there, encrypted under a key in memory
  container.addMountPoints({ containerPath: '/tmp', sourceVolume: 'scratch', readOnly: false });
  return task;
}

/** Two zones, no gateway to pay for by the byte: S3 and DynamoDB are reached inside, KMS by its public address over TLS. */
function makeNetwork(scope: Construct, settings: Settings): Vpc {
  const vpc = new Vpc(scope, 'door-network', {
    ipAddresses: IpAddresses.cidr('10.87.0.0/24'),
    maxAzs: 2,
    natGateways: 0,
    subnetConfiguration: [{ name: 'door', subnetType: SubnetType.PUBLIC, cidrMask: 26, mapPublicIpOnLaunch: false }],
    restrictDefaultSecurityGroup: false,
  });
  vpc.addGatewayEndpoint('door-s3', { service: GatewayVpcEndpointAwsService.S3 });
  vpc.addGatewayEndpoint('door-dynamodb', { service: GatewayVpcEndpointAwsService.DYNAMODB });
  const logs = new LogGroup(scope, 'door-flows', kept(settings));
  vpc.addFlowLog('door-flow-log', { destination: FlowLogDestination.toCloudWatchLogs(logs) });
  return vpc;
}

function makeBalancer(
  scope: Construct,
  vpc: IVpc,
  securityGroup: SecurityGroup,
  { buckets }: Parts,
  settings: Settings,
): ApplicationLoadBalancer {
  const balancer = new ApplicationLoadBalancer(scope, 'door-balancer', {
    vpc,
    internetFacing: true,
    securityGroup,
    vpcSubnets: { subnetType: SubnetType.PUBLIC },
    dropInvalidHeaderFields: true,
    deletionProtection: !settings.isTrial,
    idleTimeout: Duration.minutes(10), // a file of a report comes in one call
  });
  logTo(scope, balancer, buckets.accessLogs);
  return balancer;
}

/** By hand: the construct's own way must know the region beforehand. */
function logTo(scope: Construct, balancer: ApplicationLoadBalancer, bucket: Parts['buckets']['accessLogs']): void {
  const prefix = 'door';
  bucket.addToResourcePolicy(
    new PolicyStatement({
      sid: 'BalancerLogs',
      principals: [new ServicePrincipal('logdelivery.elasticloadbalancing.amazonaws.com')],
      actions: ['s3:PutObject'],
      resources: [`${bucket.bucketArn}/${prefix}/AWSLogs/${Stack.of(scope).account}/*`],
    }),
  );
  balancer.setAttribute('access_logs.s3.enabled', 'true');
  balancer.setAttribute('access_logs.s3.bucket', bucket.bucketName);
  balancer.setAttribute('access_logs.s3.prefix', prefix);
  if (bucket.policy !== undefined) balancer.node.addDependency(bucket.policy);
}

function kept({ isTrial }: Settings): { retention: RetentionDays; removalPolicy: RemovalPolicy } {
  return {
    retention: isTrial ? RetentionDays.ONE_WEEK : RetentionDays.THIRTEEN_MONTHS,
    removalPolicy: isTrial ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  };
}
