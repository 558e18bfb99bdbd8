using System.Xml.Linq;
using Snaptree.Model;

namespace Snaptree.Formats;

/// <summary>Reads <c>os</c>: what kind of machine it is and what it boots.</summary>
internal sealed class BootReader(Findings findings)
{
    internal DomainDefinition Read(XElement domain, DomainDefinition definition)
    {
        var os = Values.Single(domain, "os") ?? throw XmlErrors.Wrong("<domain> has no <os>", "Add <os><type>hvm</type></os>.");
        findings.Others(os, "os", [], ["type", "kernel", "initrd", "cmdline", "boot", "bootmenu"]);
        findings.AddIf(Values.IsYes(Values.Attribute(Values.Single(os, "bootmenu"), "enable")), "os/bootmenu");
        return definition with { Machine = ReadMachine(os), DirectBoot = ReadDirectBoot(os) };
    }

    private string? ReadMachine(XElement os)
    {
        var type = Values.Single(os, "type") ?? throw XmlErrors.Wrong("<os> has no <type>", "Add <type arch='x86_64'>hvm</type>.");
        if (type.Value.Trim() != "hvm")
        {
            throw XmlErrors.Unsupported($"<os>: type '{type.Value.Trim()}' cannot be run", "Only full virtualisation, 'hvm', is realised.");
        }

        findings.OtherAttributes(type, "os/type", ["arch", "machine"]);
        findings.AddIf(Values.Attribute(type, "arch") is { } arch && arch != "x86_64", "os/type/@arch");
        return Values.Attribute(type, "machine") is { } machine ? Values.Word(machine, "machine type") : null;
    }

    private static DirectBoot? ReadDirectBoot(XElement os)
    {
        var kernel = Path(os, "kernel");
        var initrd = Path(os, "initrd");
        var commandLine = Values.Single(os, "cmdline")?.Value;
        return kernel is not null ? new DirectBoot(kernel, initrd, commandLine)
            : initrd is null && commandLine is null ? null
            : throw XmlErrors.Wrong("<os> has <initrd> or <cmdline> without <kernel>", "Name the kernel that they belong to.");
    }

    private static string? Path(XElement os, string name) =>
        Values.Single(os, name) is { } element ? Values.AbsolutePath(element.Value.Trim(), $"os/{name}") : null;
}
