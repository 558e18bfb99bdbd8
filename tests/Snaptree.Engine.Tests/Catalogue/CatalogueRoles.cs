using Snaptree.Model;

namespace Snaptree.Engine.Tests.Catalogue;

/// <summary>What the test program does when it plays another process.</summary>
internal static class CatalogueRoles
{
    /// <summary>A ceiling for the case that nobody kills the writer.</summary>
    private const int MostRounds = 20_000;

    /// <summary>Whole operations, one after the other; each is printed when it is durable.</summary>
    public static int WriteUntilKilled(string folder)
    {
        using var catalogue = SqliteCatalogue.Open(StateFolder.SettingsOf(folder));
        catalogue.AddDomain(Sample.Domain(), Sample.Images());
        Guid? parent = null;
        for (var number = 1; number <= MostRounds; number++)
        {
            var operation = Sample.Operation($"op{number:d8}", steps: 1);
            catalogue.Open(operation);
            catalogue.Mark(operation.Id, 0, StepPhase.Intent);
            var snapshot = Sample.Snapshot(number, parent);
            catalogue.Apply(operation.Id, 0, operation.Domain, new CatalogueChange
            {
                Add = Sample.Entry(snapshot),
                Current = new CurrentMove(snapshot.Uuid),
                ActiveImages = [new(new("vda"), Sample.Image($"a{number + 1}")), new(new("vdb"), Sample.Image($"b{number + 1}"))],
            });
            Console.WriteLine(number);
            catalogue.Close(operation.Id, OperationState.Succeeded);
            parent = snapshot.Uuid;
        }

        return 0;
    }

    /// <summary>Opens, reads and writes; prints the error if there is one.</summary>
    public static int Use(string folder)
    {
        try
        {
            using var catalogue = SqliteCatalogue.Open(StateFolder.SettingsOf(folder));
            catalogue.ListDomains();
            catalogue.AddDomain(Sample.Domain(77), []);
            Console.WriteLine("used");
            return 0;
        }
        catch (SnapshotException error)
        {
            Console.WriteLine($"{error.Code}|{error.Message}|{error.Remedy}|{error.Foreign}");
            return 1;
        }
    }
}
