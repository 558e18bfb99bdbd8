using Snaptree.Drivers;
using Snaptree.Model;

namespace Snaptree.Engine.Tests;

/// <summary>What a plan needs is added up per file system before anything is begun.</summary>
public sealed class SpaceTests
{
    private const long Mib = 1 << 20;

    [Theory]
    [InlineData(60, 40, true)]
    [InlineData(60, 41, false)]
    public void Two_folders_of_one_file_system_share_its_room(long first, long second, bool fits)
    {
        var refusal = Record.Exception(() => SpaceCheck.RefuseTooLittle(Needing(("/a/1", first), ("/a/2", second)), new Store(100 * Mib), "vm")) as SnapshotException;
        Assert.Equal(fits, refusal is null);
        if (refusal is not null)
        {
            Assert.Equal(ErrorCode.OperationFailed, refusal.Code);
            Assert.Contains("may need 101 MiB in the file system of /a/1 and /a/2, and 100 MiB are free", refusal.Message);
            Assert.StartsWith("Make room for 1 MiB more there", refusal.Remedy);
        }
    }

    [Fact]
    public void Two_file_systems_do_not() => SpaceCheck.RefuseTooLittle(Needing(("/a/1", 60), ("/b/1", 60)), new Store(100 * Mib), "vm");

    private static Plan Needing(params (string Folder, long Mib)[] needs) =>
        new(new OperationId("abcdefghij"), "title", [], 0)
        {
            Costs = new PlanCosts { Space = [.. needs.Select(need => new SpaceNeed(need.Folder, need.Mib * Mib, 0))] },
        };

    /// <summary>Every first folder is a file system of its own, with the same room.</summary>
    private sealed class Store(long free) : IImageStore
    {
        public bool Exists(string path) => false;

        public bool IsRegularFile(string path) => false;

        public string Canonical(string path) => path;

        public Task DeleteAsync(string path, CancellationToken cancellationToken) => Task.CompletedTask;

        public long FreeBytes(string folder) => free;

        public string FileSystemOf(string folder) => folder.Split('/')[1];
    }
}
