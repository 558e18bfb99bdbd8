namespace Snaptree.Cli.Virsh;

internal enum VirshOptionKind
{
    /// <summary>Present or not: <c>--name</c>.</summary>
    Flag,

    /// <summary>With a value: <c>--name VALUE</c>, <c>--name=VALUE</c> or, unless it is named only, the value alone in its place.</summary>
    Text,

    /// <summary>As <see cref="Text"/>, any number of times; takes every value that nothing before it takes.</summary>
    Rest,
}

/// <summary>An option of a verb. Verbs keep theirs and ask with them, so that no name is written twice.</summary>
internal sealed record VirshOption(string Name, VirshOptionKind Kind, string Help)
{
    public bool IsRequired { get; init; }

    /// <summary>A value without the name never means this option.</summary>
    public bool IsNamedOnly { get; init; }

    /// <summary>An option with a value that stands for itself only by its place, as the arguments of <c>echo</c>.</summary>
    public bool IsNameless { get; init; }

    public static VirshOption Flag(string name, string help) => new(name, VirshOptionKind.Flag, help);

    public static VirshOption Text(string name, string help) => new(name, VirshOptionKind.Text, help);

    public static VirshOption Required(string name, string help) => new(name, VirshOptionKind.Text, help) { IsRequired = true };

    public static VirshOption Named(string name, string help) => new(name, VirshOptionKind.Text, help) { IsNamedOnly = true };
}
