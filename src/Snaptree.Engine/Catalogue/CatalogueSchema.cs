using System.Collections.Immutable;
using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Engine;

/// <summary>One step from a version of the schema to the next.</summary>
/// <param name="Sql">What makes it; runs in one transaction together with the new version number.</param>
/// <param name="Tables">Tables that must be there afterwards.</param>
internal sealed record SchemaStep(string Sql, ImmutableArray<string> Tables);

/// <summary>
/// The tables, in SQL that PostgreSQL takes too. Times are ticks of 100 ns since year 1, UTC; UUIDs are lower-case text; enums are the
/// numbers or words documented with them. Files of old versions are upgraded step by step; a step is never edited once released.
/// </summary>
internal static class CatalogueSchema
{
    internal static ImmutableArray<SchemaStep> Steps { get; } =
    [
        new(Version1,
        [
            "domains", "active_images", "images", "snapshots", "snapshot_documents", "snapshot_disks", "operations", "operation_steps",
        ]),
        new(Version2, ["domains", "images", "snapshots", "snapshot_documents"]),
    ];

    private const string Version1 = """
        CREATE TABLE domains (
            uuid text NOT NULL PRIMARY KEY,
            name text NOT NULL UNIQUE,
            xml text NOT NULL,
            instance text,
            current_snapshot text
        );
        CREATE TABLE active_images (
            domain text NOT NULL REFERENCES domains (uuid) ON DELETE CASCADE,
            disk text NOT NULL,
            path text NOT NULL,
            PRIMARY KEY (domain, disk)
        );
        CREATE TABLE images (
            domain text NOT NULL REFERENCES domains (uuid) ON DELETE CASCADE,
            path text NOT NULL,
            disk text NOT NULL,
            role bigint NOT NULL,
            PRIMARY KEY (domain, path, disk)
        );
        CREATE TABLE snapshots (
            uuid text NOT NULL PRIMARY KEY,
            domain text NOT NULL REFERENCES domains (uuid) ON DELETE CASCADE,
            name text NOT NULL,
            parent text REFERENCES snapshots (uuid),
            created bigint NOT NULL,
            state bigint NOT NULL,
            description text,
            memory bigint NOT NULL,
            memory_path text,
            UNIQUE (domain, name)
        );
        CREATE INDEX snapshots_by_parent ON snapshots (parent);
        CREATE TABLE snapshot_documents (
            snapshot text NOT NULL PRIMARY KEY REFERENCES snapshots (uuid) ON DELETE CASCADE,
            domain_xml text NOT NULL
        );
        CREATE TABLE snapshot_disks (
            snapshot text NOT NULL REFERENCES snapshots (uuid) ON DELETE CASCADE,
            position bigint NOT NULL,
            target text NOT NULL,
            location text NOT NULL,
            image text,
            format text,
            overlay text,
            PRIMARY KEY (snapshot, position),
            UNIQUE (snapshot, target)
        );
        CREATE INDEX snapshot_disks_by_image ON snapshot_disks (image);
        CREATE INDEX snapshot_disks_by_overlay ON snapshot_disks (overlay);
        CREATE TABLE operations (
            id text NOT NULL PRIMARY KEY,
            domain text NOT NULL REFERENCES domains (uuid) ON DELETE CASCADE,
            title text NOT NULL,
            state bigint NOT NULL,
            started bigint NOT NULL,
            plan text NOT NULL
        );
        CREATE UNIQUE INDEX operations_open ON operations (domain) WHERE state = 0;
        CREATE INDEX operations_by_time ON operations (domain, started);
        CREATE TABLE operation_steps (
            operation text NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
            step bigint NOT NULL,
            phase bigint NOT NULL,
            PRIMARY KEY (operation, step)
        );
        """;

    private const string Version2 = """
        ALTER TABLE domains ADD COLUMN managed_save text;
        ALTER TABLE domains ADD COLUMN reason_state bigint;
        ALTER TABLE domains ADD COLUMN reason bigint;
        ALTER TABLE images ADD COLUMN kept bigint NOT NULL DEFAULT 0;
        CREATE INDEX images_by_role ON images (domain, role);
        ALTER TABLE snapshots ADD COLUMN tag text;
        ALTER TABLE snapshot_documents ADD COLUMN inactive_xml text;
        ALTER TABLE snapshot_documents ADD COLUMN cookie text;
        ALTER TABLE snapshot_documents ADD COLUMN revert_disks text;
        ALTER TABLE snapshot_disks ADD COLUMN storage bigint;
        ALTER TABLE snapshot_disks ADD COLUMN driver text;
        ALTER TABLE snapshot_disks ADD COLUMN metadata_cache bigint;
        ALTER TABLE snapshot_disks ADD COLUMN source text;
        ALTER TABLE snapshot_disks ADD COLUMN deleting bigint;
        """;

    private const string VersionTable = "catalogue_version";

    /// <summary>Reads the version and changes nothing: 0 for a file with nothing in it.</summary>
    /// <exception cref="SnapshotException">It is somebody else's database.</exception>
    internal static int VersionOf(SqliteDatabase database)
    {
        if (Number(database, "PRAGMA schema_version") == 0)
        {
            return 0;
        }

        return database.Any($"PRAGMA table_info({VersionTable})")
            ? (int)Number(database, $"SELECT version FROM {VersionTable}")
            : throw new SnapshotException(
                ErrorCode.OperationFailed,
                $"{database.Path} is a database of another program, not a catalogue",
                "Nothing was changed. Choose another state directory, or move the file away.");
    }

    /// <exception cref="SnapshotException">The catalogue was written by a version of this program that came after ours.</exception>
    internal static void RefuseNewer(SqliteDatabase database, int version, int known)
    {
        if (version > known)
        {
            throw new SnapshotException(
                ErrorCode.OperationFailed,
                $"the catalogue {database.Path} has schema version {version}; this program knows versions up to {known}",
                "Use the program version that wrote it, or a newer one; nothing was changed.");
        }
    }

    /// <summary>Goes to the newest version, each step in its own transaction and proved before it is kept.</summary>
    internal static void Upgrade(SqliteDatabase database, ImmutableArray<SchemaStep> steps)
    {
        while (true)
        {
            // Asked under the write lock: another process may be doing the same.
            using var transaction = database.Transaction();
            var version = VersionOf(database);
            RefuseNewer(database, version, steps.Length);
            if (version == steps.Length)
            {
                return;
            }

            Take(database, steps[version], version + 1);
            transaction.Commit();
        }
    }

    private static void Take(SqliteDatabase database, SchemaStep step, int version)
    {
        if (version == 1)
        {
            database.Execute($"CREATE TABLE {VersionTable} (version bigint NOT NULL); INSERT INTO {VersionTable} (version) VALUES (0)");
        }
        else if (database.QuickCheck() is [var finding, ..])
        {
            throw Unproved(database, version, finding);
        }

        database.Execute(step.Sql);
        database.Run($"UPDATE {VersionTable} SET version = ?", (long)version);
        Prove(database, step, version);
    }

    private static void Prove(SqliteDatabase database, SchemaStep step, int version)
    {
        if (step.Tables.FirstOrDefault(table => !database.Any($"PRAGMA table_info({table})")) is { } missing)
        {
            throw Unproved(database, version, $"the table {missing} is missing");
        }

        if (database.Any("PRAGMA foreign_key_check"))
        {
            throw Unproved(database, version, "a row names another that does not exist");
        }

        if (VersionOf(database) != version)
        {
            throw Unproved(database, version, "the version was not written");
        }
    }

    private static SnapshotException Unproved(SqliteDatabase database, int version, string finding) =>
        new(
            ErrorCode.OperationFailed,
            $"the catalogue {database.Path} cannot be brought to schema version {version}: {finding}",
            "It was left as it was; go on with the program version that wrote it, or rebuild it from the record files.");

    private static long Number(SqliteDatabase database, string sql)
    {
        using var statement = database.Prepare(sql);
        return statement.Step() ? statement.GetInt64(0) : 0;
    }
}
