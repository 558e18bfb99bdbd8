using Snaptree.Model;
using Snaptree.Platform;

namespace Snaptree.Engine;

/// <summary>Operations and how far their steps are.</summary>
internal static class JournalTable
{
    internal const string SelectOpenOfDomain = $"{Select} WHERE domain = ? AND state = 0";

    internal const string Prune = """
        DELETE FROM operations WHERE domain = ? AND state <> 0 AND started <
            (SELECT started FROM operations WHERE domain = ? AND state <> 0 ORDER BY started DESC LIMIT 1 OFFSET ?)
        """;

    /// <summary>How many finished operations of a domain are kept.</summary>
    internal const int KeptPerDomain = 100;

    private const string Select = "SELECT id, domain, title, plan, state, started FROM operations";

    private const string MarkStep = """
        UPDATE operation_steps SET phase = ? WHERE operation = ? AND step = ?
            AND EXISTS (SELECT 1 FROM operations AS o WHERE o.id = operation_steps.operation AND o.state = 0)
        """;

    private const string CompleteStep = """
        UPDATE operation_steps SET phase = ? WHERE operation = ? AND step = ? AND phase <> ?
            AND EXISTS (SELECT 1 FROM operations AS o WHERE o.id = operation_steps.operation AND o.state = 0 AND o.domain = ?)
        """;

    internal static void Add(SqliteDatabase database, OperationRecord operation)
    {
        RefuseSecond(database, operation);
        database.Run(
            "INSERT INTO operations (id, domain, title, state, started, plan) VALUES (?, ?, ?, ?, ?, ?)",
            operation.Id.Value, operation.Domain, operation.Title, (long)operation.State, operation.StartedAt, operation.PlanJson);
        for (var at = 0; at < operation.Phases.Length; at++)
        {
            database.Run(
                "INSERT INTO operation_steps (operation, step, phase) VALUES (?, ?, ?)", operation.Id.Value, (long)at, (long)operation.Phases[at]);
        }
    }

    internal static void Mark(SqliteDatabase database, OperationId operation, int step, StepPhase phase)
    {
        if (database.Run(MarkStep, (long)phase, operation.Value, (long)step) != 1)
        {
            throw CatalogueErrors.Internal($"operation {operation} is not open or has no step {step}");
        }
    }

    /// <summary>Marks the step done, once: what it carries must not be applied again.</summary>
    internal static void Complete(SqliteDatabase database, OperationId operation, int step, Guid domain)
    {
        if (database.Run(CompleteStep, (long)StepPhase.Done, operation.Value, (long)step, (long)StepPhase.Done, domain) != 1)
        {
            throw CatalogueErrors.Internal(
                $"step {step} of operation {operation} is done already, or the operation is not open for domain {domain}");
        }
    }

    internal static void Close(SqliteDatabase database, OperationId operation, OperationState outcome)
    {
        var domain = database.First($"{Select} WHERE id = ? AND state = 0", Read, operation.Value)?.Domain
            ?? throw CatalogueErrors.Internal($"operation {operation} is not open");
        database.Run("UPDATE operations SET state = ? WHERE id = ?", (long)outcome, operation.Value);
        database.Run(Prune, domain, domain, (long)KeptPerDomain - 1);
    }

    internal static OperationRecord? FindOpen(SqliteDatabase database, Guid domain) =>
        database.First(SelectOpenOfDomain, Read, domain) is { } found ? WithPhases(database, found) : null;

    internal static IReadOnlyList<OperationRecord> ListOpen(SqliteDatabase database) =>
        [.. database.All($"{Select} WHERE state = 0 ORDER BY started, id", Read).Select(found => WithPhases(database, found))];

    internal static IReadOnlyList<OperationRecord> ListOf(SqliteDatabase database, Guid domain) =>
        [.. database.All($"{Select} WHERE domain = ? ORDER BY started DESC, id", Read, domain).Select(found => WithPhases(database, found))];

    private static void RefuseSecond(SqliteDatabase database, OperationRecord operation)
    {
        if (operation.State != OperationState.Open)
        {
            throw CatalogueErrors.Internal($"operation {operation.Id} begins as {operation.State}");
        }

        if (database.First(SelectOpenOfDomain, Read, operation.Domain) is { } open)
        {
            throw new SnapshotException(
                ErrorCode.OperationInvalid,
                $"'{open.Title}' is not finished on this domain, so '{operation.Title}' cannot begin",
                "Run 'snaptree recover' on the domain first; nothing was changed.");
        }
    }

    private static OperationRecord Read(SqliteStatement row) =>
        new(new OperationId(row.Text(0)), row.Uuid(1), row.Text(2), row.Text(3), row.Member<OperationState>(4), row.Time(5), []);

    private static OperationRecord WithPhases(SqliteDatabase database, OperationRecord operation) =>
        operation with
        {
            Phases = [.. database.All(
                "SELECT phase FROM operation_steps WHERE operation = ? ORDER BY step", row => row.Member<StepPhase>(0), operation.Id.Value)],
        };
}
