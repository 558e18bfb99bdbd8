using System.Collections.Immutable;
using System.CommandLine;
using Snaptree.Cli.Text;
using Snaptree.Cli.Vm;
using Snaptree.Formats;
using Snaptree.Model;

namespace Snaptree.Cli.Verbs.Vm;

/// <summary><c>snaptree vm create</c>: writes the definition of a new domain and keeps it.</summary>
internal sealed class VmCreateVerb
{
    private const string DiskForm = "PATH[,readonly][,bus=virtio|ide|sata][,format=raw|qcow2]";

    private readonly CommandShell shell;
    private readonly Argument<string> name = new("NAME") { Description = "Name of the new domain." };
    private readonly Option<DiskWish[]> disks = new("--disk") { HelpName = DiskForm, Description = "A disk; may be given several times.", Required = true, CustomParser = Disks };
    private readonly Option<long> memory = Symbols.Size("--memory", "Memory of the guest, for example 512M.");
    private readonly Option<int> cpus = new("--cpus") { HelpName = "N", Description = "Virtual processors.", DefaultValueFactory = _ => 1 };
    private readonly Option<string?> kernel = new("--kernel") { HelpName = "PATH", Description = "Kernel to boot directly." };
    private readonly Option<string?> initrd = new("--initrd") { HelpName = "PATH", Description = "Initial RAM disk for the kernel." };
    private readonly Option<string?> append = new("--append") { HelpName = "TEXT", Description = "Command line for the kernel." };
    private readonly Option<string> accel = new("--accel") { HelpName = "kvm|tcg|auto", Description = "Hardware or software virtualisation; auto uses KVM when it works.", DefaultValueFactory = _ => "auto" };
    private readonly Option<string> machine = new("--machine") { HelpName = "TYPE", Description = "Machine type.", DefaultValueFactory = _ => "pc" };
    private readonly Option<string?> serialSocket = new("--serial-socket") { HelpName = "PATH", Description = "A second serial port on this Unix socket." };
    private readonly Option<string?> network = new("--network") { HelpName = "user", Description = "A network card on QEMU's user network." };
    private readonly Option<bool> agent = new("--agent") { Description = "A port for QEMU's guest agent, which quiesced snapshots need." };
    private readonly Option<bool> printXml = new("--print-xml") { Description = "Print the domain XML; keep nothing." };

    private VmCreateVerb(CommandShell shell)
    {
        this.shell = shell;
        memory.Required = true;
        cpus.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() is < 1 or > 255)
            {
                result.AddError("--cpus takes a number from 1 to 255.");
            }
        });
        accel.AcceptOnlyFromAmong("kvm", "tcg", "auto");
        network.AcceptOnlyFromAmong("user");
    }

    public static Command Build(CommandShell shell)
    {
        var verb = new VmCreateVerb(shell);
        var command = new VerbCommand(
            "create", "Define a new domain from images that exist.",
            "snaptree vm create web1 --disk web1.qcow2 --memory 2G --cpus 2 --network user",
            "snaptree vm create tiny --disk d.qcow2 --memory 128M --kernel vmlinuz --initrd initrd --append console=ttyS0")
        {
            verb.name, verb.disks, verb.memory, verb.cpus, verb.kernel, verb.initrd, verb.append, verb.accel, verb.machine,
            verb.serialSocket, verb.network, verb.agent, verb.printXml, Symbols.Quiet(),
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(verb.kernel) is null && (result.GetResult(verb.initrd) ?? result.GetResult(verb.append)) is not null)
            {
                result.AddError("--initrd and --append need --kernel.");
            }
        });
        command.SetAction(verb.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var uuid = Guid.NewGuid();
        var wish = new DomainWish(
            DomainName.Parse(parse.GetRequiredValue(name)), await AcceleratorAsync(parse, cancellationToken),
            parse.GetRequiredValue(memory), parse.GetRequiredValue(cpus), parse.GetRequiredValue(machine))
        {
            Disks = [.. parse.GetRequiredValue(disks)],
            DirectBoot = parse.GetValue(kernel) is { } path ? new DirectBoot(path, parse.GetValue(initrd), parse.GetValue(append)) : null,
            SerialSocket = parse.GetValue(serialSocket),
            HasNetwork = parse.GetValue(network) is not null,
            HasAgent = parse.GetValue(agent),
        };
        var domain = NewDomains.Of(wish, uuid, shell.Host.Settings.DomainFolder(uuid), Environment.CurrentDirectory, line => Note(parse, line));
        var xml = DomainXmlWriter.Write(domain);
        if (parse.GetValue(printXml))
        {
            shell.Print([xml.TrimEnd('\n')]);
            return 0;
        }

        var record = await shell.Host.Domains.DefineAsync(xml, cancellationToken);
        shell.Tell(parse, $"Domain '{record.Name}' created: {Words.Of(domain.Accelerator)}, {SizeText.Of(domain.MemoryBytes)}, "
            + $"{Words.Count(domain.VirtualCpus, "processor")}, {Words.Count(domain.Disks.Length, "disk")}. Start it with 'snaptree vm start {record.Name}'.");
        return 0;
    }

    private async Task<Accelerator> AcceleratorAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        switch (parse.GetRequiredValue(accel))
        {
            case "kvm":
                return Accelerator.Kvm;
            case "tcg":
                return Accelerator.Tcg;
            default:
                var reason = await shell.Host.WhyNotKvm(cancellationToken);
                if (reason is not null)
                {
                    Note(parse, $"KVM is not used: {reason}. The guest will be emulated (TCG), which is slower.");
                }

                return reason is null ? Accelerator.Kvm : Accelerator.Tcg;
        }
    }

    /// <summary>On standard error: standard output may be a document.</summary>
    private void Note(ParseResult parse, string line)
    {
        if (!parse.IsSet(Symbols.QuietName))
        {
            shell.Say($"note: {SafeText.Line(line)}");
        }
    }

    private static DiskWish[] Disks(System.CommandLine.Parsing.ArgumentResult result)
    {
        var wishes = ImmutableArray.CreateBuilder<DiskWish>();
        foreach (var token in result.Tokens)
        {
            var (wish, broken) = DiskWish.Parse(token.Value);
            if (wish is null)
            {
                result.AddError(broken!);
                return [];
            }

            wishes.Add(wish);
        }

        return [.. wishes];
    }
}
