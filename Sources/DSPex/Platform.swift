/// stub
public final class Platform: Sendable {}
