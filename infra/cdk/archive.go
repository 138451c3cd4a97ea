package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsbackup"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/courtoffice/courtoffice/shared/store/schema"
)

// The stack "archive" is deployed to an account and a region of its own, before "data": whoever takes
// over the office's account, or loses its region, has not taken or lost what was filed. The stacks know
// each other by names alone, because nothing can refer from one account to another.

// name is that of the archive's bucket, vault and, after "alias/", key.
func (a Archive) name(config Config) string { return "courtoffice-" + config.Stage + "-archive" }

func (a Archive) bucket(config Config) string {
	return a.name(config) + "-" + a.Account + "-" + a.Region
}

func (a Archive) vaultArn(config Config) string {
	return "arn:aws:backup:" + a.Region + ":" + a.Account + ":backup-vault:" + a.name(config)
}

// replicator is the name of the role by which S3 copies.
func replicator(config Config) string { return "courtoffice-" + config.Stage + "-replication" }

// backupsKept is how long a backup can't be deleted: as long as DynamoDB itself can go back in time.
const backupsKept = 35 // days

func newArchiveStack(scope constructs.Construct, config Config) awscdk.Stack {
	props := stackProps(config, "archive", "Court Office: evidence and backups, in another account and region")
	props.Env = &awscdk.Environment{Account: &config.Archive.Account, Region: &config.Archive.Region}
	stack := awscdk.NewStack(scope, jsii.String("archive"), props)
	name := config.Archive.name(config)
	key := newKey(stack, config, "ArchiveKey", "Court Office archive")
	key.AddAlias(jsii.String("alias/" + name))
	source := awsiam.NewAccountPrincipal(&config.Account)
	copies := func(actions []string, resources ...string) awsiam.PolicyStatement {
		return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Principals: &[]awsiam.IPrincipal{source}, Actions: jsii.Strings(actions...), Resources: jsii.Strings(resources...),
			// A role can't be named as principal before it is there.
			Conditions: &map[string]any{"ArnEquals": map[string]any{"aws:PrincipalArn": "arn:aws:iam::" + config.Account + ":role/" + replicator(config)}},
		})
	}
	key.AddToResourcePolicy(copies([]string{"kms:Encrypt", "kms:GenerateDataKey"}, "*"), nil)

	log := awss3.NewBucket(stack, jsii.String("AccessLog"), accessLogProps(config))
	bucket := awss3.NewBucket(stack, jsii.String("Evidence"), &awss3.BucketProps{
		BucketName:                 jsii.String(config.Archive.bucket(config)),
		Versioned:                  jsii.Bool(true),
		ObjectLockEnabled:          jsii.Bool(true),
		ObjectLockDefaultRetention: retention(config, schema.Evidence),
		BlockPublicAccess:          awss3.BlockPublicAccess_BLOCK_ALL(),
		ObjectOwnership:            awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED,
		EnforceSSL:                 jsii.Bool(true),
		MinimumTLSVersion:          jsii.Number(1.2),
		Encryption:                 awss3.BucketEncryption_KMS,
		EncryptionKey:              key,
		BucketKeyEnabled:           jsii.Bool(true),
		ServerAccessLogsBucket:     log,
		RemovalPolicy:              keep(config),
	})
	bucket.AddToResourcePolicy(copies([]string{"s3:ReplicateObject", "s3:ReplicateTags", "s3:ObjectOwnerOverrideToBucketOwner"}, *bucket.ArnForObjects(jsii.String("*"))))
	vault := lockedVault(stack, "Vault", name, key)
	vault.AddToAccessPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Principals: &[]awsiam.IPrincipal{source}, Actions: jsii.Strings("backup:CopyIntoBackupVault"), Resources: jsii.Strings("*"), // in a vault's policy: the vault
	}))
	return stack
}

// lockedVault is a vault whose lock, after three days in which a mistake can be undone, nobody can lift:
// a backup in it can't be deleted before it is backupsKept days old.
func lockedVault(stack awscdk.Stack, id, name string, key awskms.Key) awsbackup.BackupVault {
	return awsbackup.NewBackupVault(stack, &id, &awsbackup.BackupVaultProps{
		BackupVaultName: &name, EncryptionKey: key, RemovalPolicy: awscdk.RemovalPolicy_RETAIN,
		LockConfiguration: &awsbackup.LockConfiguration{
			MinRetention: awscdk.Duration_Days(jsii.Number(backupsKept)), ChangeableFor: awscdk.Duration_Days(jsii.Number(3)),
		},
	})
}

// replicate has S3 copy what is put into the buckets with schema.Bucket.Apart to the archive, where the
// archive's account owns it. Versions are copied with their locks, deletions are not.
func (d *dataStack) replicate(config Config) {
	a := config.Archive
	role := awsiam.NewRole(d.Stack, jsii.String("ReplicationRole"), &awsiam.RoleProps{
		RoleName: jsii.String(replicator(config)), AssumedBy: awsiam.NewServicePrincipal(jsii.String("s3.amazonaws.com"), nil),
		Description: jsii.String("Court Office: S3 copies evidence to the archive"),
	})
	allow := func(conditions map[string]any, resource string, actions ...string) {
		role.AddToPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Actions: jsii.Strings(actions...), Resources: jsii.Strings(resource), Conditions: &conditions,
		}))
	}
	bucket := d.Buckets[schema.Evidence.Name]
	target := "arn:aws:s3:::" + a.bucket(config)
	allow(nil, *bucket.BucketArn(), "s3:GetReplicationConfiguration", "s3:ListBucket")
	allow(nil, *bucket.ArnForObjects(jsii.String("*")),
		"s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging", "s3:GetObjectRetention", "s3:GetObjectLegalHold")
	allow(nil, target+"/*", "s3:ReplicateObject", "s3:ReplicateTags", "s3:ObjectOwnerOverrideToBucketOwner")
	allow(map[string]any{"StringEquals": map[string]any{"kms:ViaService": "s3." + config.Region + ".amazonaws.com"}},
		*d.ApartKey.KeyArn(), "kms:Decrypt")
	alias := "alias/" + a.name(config)
	allow(map[string]any{
		"StringEquals":             map[string]any{"kms:ViaService": "s3." + a.Region + ".amazonaws.com"},
		"ForAnyValue:StringEquals": map[string]any{"kms:ResourceAliases": alias},
	}, "arn:aws:kms:"+a.Region+":"+a.Account+":key/*", "kms:Encrypt", "kms:GenerateDataKey")
	enabled := jsii.String("Enabled")
	quarter := &awss3.CfnBucket_ReplicationTimeValueProperty{Minutes: jsii.Number(15)}
	bucket.Node().DefaultChild().(awss3.CfnBucket).SetReplicationConfiguration(&awss3.CfnBucket_ReplicationConfigurationProperty{
		Role: role.RoleArn(),
		Rules: []any{&awss3.CfnBucket_ReplicationRuleProperty{
			Id: jsii.String("archive"), Status: enabled, Priority: jsii.Number(0),
			Filter:                  &awss3.CfnBucket_ReplicationRuleFilterProperty{Prefix: jsii.String("")},
			DeleteMarkerReplication: &awss3.CfnBucket_DeleteMarkerReplicationProperty{Status: jsii.String("Disabled")},
			SourceSelectionCriteria: &awss3.CfnBucket_SourceSelectionCriteriaProperty{SseKmsEncryptedObjects: &awss3.CfnBucket_SseKmsEncryptedObjectsProperty{Status: enabled}},
			Destination: &awss3.CfnBucket_ReplicationDestinationProperty{
				Bucket: &target, Account: &a.Account,
				AccessControlTranslation: &awss3.CfnBucket_AccessControlTranslationProperty{Owner: jsii.String("Destination")},
				EncryptionConfiguration:  &awss3.CfnBucket_EncryptionConfigurationProperty{ReplicaKmsKeyId: jsii.String("arn:aws:kms:" + a.Region + ":" + a.Account + ":" + alias)},
				ReplicationTime:          &awss3.CfnBucket_ReplicationTimeProperty{Status: enabled, Time: quarter},
				Metrics:                  &awss3.CfnBucket_MetricsProperty{Status: enabled, EventThreshold: quarter},
			},
		}},
	})
}

// backUp has AWS Backup keep each table as it is each night, in a locked vault here and in the archive's.
func (d *dataStack) backUp(config Config) {
	vault := lockedVault(d.Stack, "Vault", "courtoffice-"+config.Stage, d.ApartKey)
	// The archive's account reads a copy with the key that it was made with.
	d.ApartKey.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Principals: &[]awsiam.IPrincipal{awsiam.NewAccountPrincipal(&config.Archive.Account)},
		Actions:    jsii.Strings("kms:DescribeKey", "kms:Decrypt", "kms:CreateGrant"), Resources: jsii.Strings("*"), // in a key's policy: the key
		Conditions: &map[string]any{"StringEquals": map[string]any{"kms:ViaService": "backup." + config.Archive.Region + ".amazonaws.com"}},
	}), nil)
	plan := awsbackup.NewBackupPlan(d.Stack, jsii.String("Backups"), &awsbackup.BackupPlanProps{BackupVault: vault})
	kept := awscdk.Duration_Days(jsii.Number(backupsKept))
	plan.AddRule(awsbackup.NewBackupPlanRule(&awsbackup.BackupPlanRuleProps{
		RuleName:           jsii.String("nightly"),
		ScheduleExpression: awsevents.Schedule_Cron(&awsevents.CronOptions{Hour: jsii.String("21"), Minute: jsii.String("30")}), // 02:30 in Kazakhstan
		DeleteAfter:        kept,
		CopyActions: &[]*awsbackup.BackupPlanCopyActionProps{{
			DestinationBackupVault: awsbackup.BackupVault_FromBackupVaultArn(d.Stack, jsii.String("ArchiveVault"), jsii.String(config.Archive.vaultArn(config))),
			DeleteAfter:            kept,
		}},
	}))
	var resources []awsbackup.BackupResource
	for _, t := range schema.Tables {
		resources = append(resources, awsbackup.BackupResource_FromArn(d.Tables[t.Name].TableArn()))
	}
	plan.AddSelection(jsii.String("Tables"), &awsbackup.BackupSelectionOptions{Resources: &resources})
}
