using System.Diagnostics;
using System.Globalization;
using Snaptree.Platform;

namespace Snaptree.Engine.Tests.Catalogue;

public sealed class KilledWriterTests
{
    [Theory(Timeout = Limits.Test)]
    [InlineData(1)]
    [InlineData(37)]
    [InlineData(150)]
    public async Task A_writer_killed_anywhere_leaves_every_durable_change_and_no_half_one(int rounds)
    {
        using var folder = new StateFolder();
        var durable = await WriteAndKillAsync(folder, rounds);

        using (var catalogue = folder.Open())
        {
            var tree = catalogue.LoadTree(Sample.Uuid(1));
            Assert.InRange(tree.Count, durable, durable + 1);
            var newest = tree.Current!;
            Same.Snapshot(Sample.Snapshot(tree.Count, newest.Parent), newest);
            Assert.Equal(newest.Disks[1].Overlay, catalogue.FindDomain(Sample.Uuid(1).ToString())!.ActiveImages[new("vda")]);
            if (catalogue.FindOpen(Sample.Uuid(1)) is { } open)
            {
                // The mark says exactly whether the change is there.
                Assert.Equal($"op{tree.Count + (open.Phases[0] == StepPhase.Done ? 0 : 1):d8}", open.Id.Value);
            }
        }

        using var file = SqliteDatabase.Open(folder.CataloguePath, SqliteOpenMode.ReadOnly, TimeSpan.Zero);
        Assert.Empty(file.QuickCheck());
    }

    /// <returns>The last change that the writer said was durable.</returns>
    private static async Task<int> WriteAndKillAsync(StateFolder folder, int rounds)
    {
        using var writer = Process.Start(
            new ProcessStartInfo(Program.Path, ["--role", "write-catalogue", folder.Path]) { RedirectStandardOutput = true })!;
        try
        {
            var durable = 0;
            while (durable < rounds)
            {
                durable = Number(await writer.StandardOutput.ReadLineAsync().WaitAsync(Limits.Wait));
            }

            writer.Kill();
            await writer.WaitForExitAsync().WaitAsync(Limits.Wait);
            var rest = await writer.StandardOutput.ReadToEndAsync().WaitAsync(Limits.Wait);

            // A last line that was cut off in the middle does not count.
            return rest.LastIndexOf('\n') is var end and >= 0 ? Number(rest[..end].Split('\n')[^1]) : durable;
        }
        finally
        {
            writer.Kill();
        }
    }

    private static int Number(string? line) => int.Parse(line!, CultureInfo.InvariantCulture);
}
