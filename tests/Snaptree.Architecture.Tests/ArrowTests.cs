using System.Xml.Linq;

namespace Snaptree.Architecture.Tests;

/// <summary>The arrows between the rooms, read from the project files. The reason stands in the message of a breach.</summary>
public sealed class ArrowTests
{
    private const string Driver = "Snaptree.Drivers.";

    [Fact]
    public void Every_room_uses_only_what_its_arrows_allow() =>
        Assert.Empty(Arrows.Breaches(Repository.ProjectReferences()));

    [Fact]
    public void Every_room_of_the_tree_has_its_arrows_written_down() =>
        Assert.All(Repository.ProjectReferences().Keys, room => Assert.True(Arrows.Of(room) is not null, $"{room} has no rule"));

    [Theory]
    [InlineData("Snaptree.Model", "Snaptree.Platform", "reference nothing")]
    [InlineData("Snaptree.Engine", "Snaptree.Drivers.Qemu", "never a driver")]
    [InlineData("Snaptree.Drivers.Qemu", "Snaptree.Engine", "decides nothing")]
    [InlineData("Snaptree.Drivers.Qemu", "Snaptree.Drivers.Xen", "never another driver")]
    [InlineData("Snaptree.Formats", "Snaptree.Platform", "text <-> model")]
    [InlineData("Snaptree.Qmp", "Snaptree.Model", "usable alone")]
    public void A_breach_is_reported_with_the_reason(string from, string to, string reason) =>
        Assert.Contains(reason, Assert.Single(Arrows.Breaches(new Dictionary<string, IReadOnlyList<string>> { [from] = [to] })));

    [Fact]
    public void No_source_file_is_longer_than_400_lines() =>
        Assert.All(Repository.SourceFiles(), file => Assert.InRange(File.ReadLines(file).Count(), 0, 400));

    private static class Arrows
    {
        private sealed record Rule(string[] Allowed, string Reason);

        internal static IEnumerable<string> Breaches(IReadOnlyDictionary<string, IReadOnlyList<string>> references) =>
            from pair in references
            from target in pair.Value
            let rule = RuleFor(pair.Key)
            where rule is not null && !rule.Allowed.Contains(target)
            select $"{pair.Key} must not use {target}: {rule!.Reason}";

        internal static object? Of(string room) => RuleFor(room);

        private static Rule? RuleFor(string room) =>
            room switch
            {
                "Snaptree.Model" => new([], "nouns and pure rules reference nothing"),
                "Snaptree.Platform" => new([], "the door to the operating system knows nothing of the product"),
                "Snaptree.Qmp" => new([], "the QMP client is a library usable alone"),
                "Snaptree.Formats" => new(["Snaptree.Model"], "formats are pure text <-> model"),
                "Snaptree.Drivers" => new(["Snaptree.Model"], "the contract speaks in nouns of the model only"),
                "Snaptree.Engine" => new(
                    ["Snaptree.Drivers", "Snaptree.Model", "Snaptree.Formats", "Snaptree.Platform"],
                    "the engine knows the contract, never a driver"),
                "Snaptree.Cli" => new(
                    ["Snaptree.Engine", "Snaptree.Drivers", "Snaptree.Drivers.Qemu", "Snaptree.Drivers.Test", "Snaptree.Model", "Snaptree.Formats", "Snaptree.Platform"],
                    "the command may use anything below it, and nothing beside it"),
                _ when room.StartsWith(Driver, StringComparison.Ordinal) => new(
                    ["Snaptree.Drivers", "Snaptree.Model", "Snaptree.Formats", "Snaptree.Platform", "Snaptree.Qmp"],
                    "a driver decides nothing: it uses the contract and the formats, never the engine, never another driver"),
                _ => null,
            };
    }

    private static class Repository
    {
        private static string Root { get; } = FindRoot();

        internal static Dictionary<string, IReadOnlyList<string>> ProjectReferences() =>
            Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories).ToDictionary(
                file => Path.GetFileNameWithoutExtension(file),
                IReadOnlyList<string> (file) => [.. XDocument.Load(file).Descendants("ProjectReference")
                    .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))]);

        internal static IEnumerable<string> SourceFiles() =>
            Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
                .Where(file => !file.Contains("/obj/") && !file.Contains("/bin/"));

        private static string FindRoot()
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Snaptree.slnx")))
            {
                folder = folder.Parent ?? throw new InvalidOperationException("the tests do not run inside the repository");
            }

            return folder.FullName;
        }
    }
}
