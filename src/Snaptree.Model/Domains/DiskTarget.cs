namespace Snaptree.Model;

/// <summary>A disk's name inside its domain, for example <c>vda</c> (libvirt's <c>target dev</c>).</summary>
public readonly record struct DiskTarget(string Name) : IComparable<DiskTarget>
{
    public int CompareTo(DiskTarget other) => string.CompareOrdinal(Name, other.Name);

    public override string ToString() => Name;

    public static bool operator <(DiskTarget left, DiskTarget right) => left.CompareTo(right) < 0;

    public static bool operator <=(DiskTarget left, DiskTarget right) => left.CompareTo(right) <= 0;

    public static bool operator >(DiskTarget left, DiskTarget right) => left.CompareTo(right) > 0;

    public static bool operator >=(DiskTarget left, DiskTarget right) => left.CompareTo(right) >= 0;
}
