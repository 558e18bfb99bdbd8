using System.CommandLine;
using System.Globalization;
using Snaptree.Cli.Documents;
using Snaptree.Cli.Json;
using Snaptree.Cli.Listing;
using Snaptree.Cli.Render;
using Snaptree.Engine;
using Snaptree.Formats;
using Snaptree.Model;

namespace Snaptree.Cli.Verbs;

/// <summary><c>snaptree create</c>: takes a snapshot.</summary>
internal sealed class CreateVerb
{
    private const int MostTries = 100;

    private readonly CommandShell shell;
    private readonly bool explainOnly;
    private readonly Argument<string> domain;
    private readonly Argument<string?> name = new("NAME") { Arity = ArgumentArity.ZeroOrOne, Description = "Name of the snapshot; date and time when not given." };
    private readonly Option<string?> description = new("--description") { HelpName = "TEXT", Description = "A sentence to remember it by." };
    private readonly Option<bool> diskOnly = new("--disk-only") { Description = "Leave the memory out: what a power cut would have left." };
    private readonly Option<bool> quiesce = new("--quiesce") { Description = "Let the guest's agent freeze its file systems meanwhile, so that they are clean (with --disk-only)." };
    private readonly Option<string?> memory = new("--memory") { HelpName = "external|internal", Description = "Where memory and disks are kept (default external)." };
    private readonly Option<string?> xml = new("--xml") { HelpName = "FILE", Description = "Take the wishes from a domainsnapshot document ('-' reads standard input)." };
    private readonly Option<bool> explain;
    private readonly Option<bool> json = Symbols.Json();

    private CreateVerb(CommandShell shell, bool explainOnly)
    {
        (this.shell, this.explainOnly) = (shell, explainOnly);
        domain = Symbols.Domain(shell);
        explain = Symbols.Explain(explainOnly);
        memory.AcceptOnlyFromAmong("external", "internal");
    }

    public static Command Build(CommandShell shell, bool explainOnly = false)
    {
        var verb = new CreateVerb(shell, explainOnly);
        var command = new VerbCommand(
            "create", "Take a snapshot of a domain: disks, and memory when it runs.",
            "snaptree create web1 before-upgrade --description 'last good state'",
            "snaptree create web1 --disk-only --quiesce",
            "snaptree create web1 --disk-only --explain")
        {
            verb.domain, verb.name, verb.description, verb.diskOnly, verb.quiesce, verb.memory, verb.xml, verb.explain, verb.json, Symbols.Quiet(),
        };
        command.Exclusive(verb.diskOnly, verb.memory);
        command.Validators.Add(result =>
        {
            if (result.GetValue(verb.quiesce) && !result.GetValue(verb.diskOnly))
            {
                result.AddError("--quiesce needs --disk-only.");
            }
        });
        command.SetAction(verb.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var found = Lookups.Domain(shell.Host, parse.GetRequiredValue(domain));
        var request = await RequestAsync(parse, found, cancellationToken);
        if (explainOnly || parse.GetValue(explain))
        {
            var plan = await shell.Host.Snapshots.PlanCreateAsync(found.Name.Value, request, cancellationToken);
            return Explaining.Print(shell, parse.GetValue(json), plan);
        }

        Snapshot created;
        using (var progress = shell.StartProgress(parse))
        {
            created = await shell.Host.Snapshots.CreateAsync(found.Name.Value, request, progress, cancellationToken);
        }

        if (parse.GetValue(json))
        {
            var tree = shell.Host.Catalogue.LoadTree(found.Uuid);
            shell.PrintJson(writer => SnapshotShape.Write(writer, created, tree, SnapshotSize.Unknown));
            return 0;
        }

        shell.Tell(parse, $"Snapshot '{created.Name}' of '{found.Name}' taken ({TreeRenderer.KindOf(created)}).");
        return 0;
    }

    private async Task<CreateRequest> RequestAsync(ParseResult parse, DomainRecord found, CancellationToken cancellationToken)
    {
        var basis = parse.GetValue(xml) is { } file
            ? FromDocument(await InputFile.ReadAsync(file, shell.Terminal.In, cancellationToken), found)
            : new CreateRequest(parse.GetValue(name) is { } given ? SnapshotName.Parse(given) : FreeName(found));
        return basis with
        {
            Name = parse.GetValue(name) is { } named ? SnapshotName.Parse(named) : basis.Name,
            Description = parse.GetValue(description) ?? basis.Description,
            DiskOnly = parse.GetValue(diskOnly) || basis.DiskOnly,
            Quiesce = parse.GetValue(quiesce),
            Memory = MemoryOf(parse.GetValue(memory)) ?? basis.Memory,
        };
    }

    private CreateRequest FromDocument(string xml, DomainRecord found)
    {
        var document = SnapshotXml.ParseCreate(xml);
        return DocumentRequest.Of(document with { Name = document.Name ?? FreeName(found).Value });
    }

    /// <summary>Date and time, with a number when that is taken.</summary>
    private SnapshotName FreeName(DomainRecord found)
    {
        var now = DateTimeName(shell.Time.GetLocalNow());
        return Enumerable.Range(1, MostTries).Select(number => SnapshotName.Parse(number == 1 ? now : $"{now}-{number}"))
            .FirstOrDefault(free => shell.Host.Catalogue.FindSnapshot(found.Uuid, free.Value) is null) ?? SnapshotName.Parse(now);
    }

    internal static string DateTimeName(DateTimeOffset now) => now.ToString("yyyy-MM-dd'T'HH-mm-ss", CultureInfo.InvariantCulture);

    private static MemoryLocation? MemoryOf(string? text) => text switch
    {
        "internal" => MemoryLocation.Internal,
        "external" => MemoryLocation.External,
        _ => null,
    };
}
